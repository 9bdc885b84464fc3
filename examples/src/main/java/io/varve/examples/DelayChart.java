package io.varve.examples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the average delay per day: of all flights as bars, of the busiest airports as lines. */
final class DelayChart {

  private static final int WIDTH = 1200;
  private static final int HEIGHT = 640;
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE d", Locale.ENGLISH);
  private static final Color BARS = new Color(0xC9D6E2);
  private static final List<Color> LINES =
      List.of(new Color(0xB5482A), new Color(0x1F6F8B), new Color(0x6B4E8E));
  private static final Color INK = new Color(0x333333);
  private static final Color GRID = new Color(0xE6E6E6);

  private DelayChart() {}

  /** Writes the chart as PNG. */
  static void write(Totals totals, Path png) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Average delay of US flights by day, January 2001")
            .xAxisTitle("day of departure")
            .yAxisTitle("average delay (minutes)")
            .build();
    style(chart.getStyler());
    List<LocalDate> days = List.copyOf(totals.days().keySet());
    List<String> labels = days.stream().map(DAY::format).toList();
    CategorySeries all =
        chart.addSeries(
            "all flights",
            labels,
            totals.days().values().stream().map(Totals.Total::averageDelay).toList());
    all.setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Bar);
    all.setFillColor(BARS);
    List<String> busiest = totals.busiestOrigins(LINES.size());
    for (int i = 0; i < busiest.size(); i++) {
      String origin = busiest.get(i);
      CategorySeries line =
          chart.addSeries(
              "from " + origin,
              labels,
              days.stream().map(day -> totals.of(day, origin).averageDelay()).toList());
      line.setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line);
      line.setLineColor(LINES.get(i));
      line.setLineStyle(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      line.setMarker(SeriesMarkers.CIRCLE);
      line.setMarkerColor(LINES.get(i));
    }
    Path directory = png.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    BitmapEncoder.saveBitmap(chart, png.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  private static void style(CategoryStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsColor(INK);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 20));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setAvailableSpaceFill(0.75);
    styler.setMarkerSize(7);
    styler.setOverlapped(true);
    styler.setYAxisDecimalPattern("0");
    styler.setChartPadding(18);
    styler.setXAxisMaxLabelCount(31);
  }
}
