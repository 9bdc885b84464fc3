package io.varve.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * Pictures of figures as SVG, on logarithmic scales. Written by hand, since that is less than a
 * library would take with it: docs/adr/0051.
 */
final class SvgChart {

  private static final String[] COLORS = {
    "#1b6ca8", "#e07b39", "#5a9e4b", "#b5446e", "#7d6bb0", "#8c8c8c", "#c9a227", "#3aa6a0"
  };

  private static final int LEFT = 330;
  private static final int WIDTH = 1000;
  private static final int BAR = 13;
  private static final int TOP = 70;
  private static final int PLOT = WIDTH - LEFT - 130;
  private static final int LINES_HEIGHT = 420;

  private final StringBuilder out = new StringBuilder();

  private SvgChart() {}

  /**
   * Values of one subject, one for each category; NaN where there is none.
   *
   * @param name for the legend
   * @param values positive
   * @param labels what stands beside each value
   */
  record Series(String name, List<Double> values, List<String> labels) {

    /** Copies the lists. */
    Series {
      values = List.copyOf(values);
      labels = List.copyOf(labels);
      if (values.size() != labels.size()) {
        throw new IllegalArgumentException(name + " has a label too many or too few");
      }
    }
  }

  /** Returns horizontal bars, a group for each category; bars begin at 1. */
  static String bars(String title, List<String> categories, List<Series> series) {
    double most = Math.max(10, greatest(series));
    int group = BAR * series.size() + 14;
    int height = TOP + group * categories.size() + 40;
    SvgChart chart = new SvgChart();
    chart.begin(title, height);
    chart.legend(series, 44);
    double decades = Math.ceil(Math.log10(most));
    for (int decade = 0; decade <= decades; decade++) {
      double x = LEFT + PLOT * decade / decades;
      chart.line(x, TOP, x, height - 34, "#dddddd");
      chart.text(x, height - 18, "middle", Report.number(Math.pow(10, decade)) + "x");
    }
    for (int category = 0; category < categories.size(); category++) {
      int y = TOP + group * category + 6;
      chart.text(LEFT - 8, y + group / 2.0 - 4, "end", categories.get(category));
      for (int i = 0; i < series.size(); i++) {
        double value = series.get(i).values().get(category);
        if (!Double.isNaN(value)) {
          double width = Math.max(2, PLOT * Math.log10(Math.max(1, value)) / decades);
          chart.rect(LEFT, y + BAR * i, width, BAR - 2, COLORS[i % COLORS.length]);
          chart.small(LEFT + width + 4, y + BAR * i + 9, series.get(i).labels().get(category));
        }
      }
    }
    return chart.end();
  }

  /** Returns a line for each series over common places, both scales logarithmic. */
  static String lines(String title, List<Double> places, List<Series> series) {
    double least = Math.floor(Math.log10(least(series)));
    double most = Math.max(least + 1, Math.ceil(Math.log10(greatest(series))));
    double first = Math.log10(places.get(0));
    double last = Math.log10(places.get(places.size() - 1));
    int left = 70;
    int right = WIDTH - 320;
    int bottom = TOP + LINES_HEIGHT;
    SvgChart chart = new SvgChart();
    chart.begin(title, bottom + 40);
    for (int decade = (int) least; decade <= most; decade++) {
      double y = bottom - LINES_HEIGHT * (decade - least) / (most - least);
      chart.line(left, y, right, y, "#dddddd");
      chart.text(left - 8, y + 4, "end", Report.number(Math.pow(10, decade)));
    }
    for (double place : places) {
      double x = left + (right - left) * (Math.log10(place) - first) / Math.max(1e-9, last - first);
      chart.line(x, TOP, x, bottom, "#eeeeee");
      chart.text(x, bottom + 20, "middle", Report.number(place));
    }
    for (int i = 0; i < series.size(); i++) {
      String color = COLORS[i % COLORS.length];
      double beforeX = Double.NaN;
      double beforeY = Double.NaN;
      for (int at = 0; at < places.size(); at++) {
        double value = series.get(i).values().get(at);
        double x =
            left
                + (right - left)
                    * (Math.log10(places.get(at)) - first)
                    / Math.max(1e-9, last - first);
        double y = bottom - LINES_HEIGHT * (Math.log10(value) - least) / (most - least);
        if (!Double.isNaN(value)) {
          chart.circle(x, y, color);
          chart.small(x + 6, y - 5, series.get(i).labels().get(at));
          if (!Double.isNaN(beforeY)) {
            chart.line(beforeX, beforeY, x, y, color);
          }
        }
        beforeX = x;
        beforeY = y;
      }
      chart.rect(right + 60, TOP + 22 * i, 12, 12, color);
      chart.text(right + 78, TOP + 22 * i + 11, "start", series.get(i).name());
    }
    return chart.end();
  }

  private static double greatest(List<Series> series) {
    return series.stream()
        .flatMap(each -> each.values().stream())
        .filter(value -> !Double.isNaN(value))
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(1);
  }

  private static double least(List<Series> series) {
    return series.stream()
        .flatMap(each -> each.values().stream())
        .filter(value -> !Double.isNaN(value))
        .mapToDouble(Double::doubleValue)
        .min()
        .orElse(1);
  }

  private void begin(String title, int height) {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n",
            WIDTH,
            height,
            WIDTH,
            height));
    out.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text(16, 22, "start", title);
  }

  private void legend(List<Series> series, int y) {
    int x = 16;
    for (int i = 0; i < series.size(); i++) {
      rect(x, y - 10, 12, 12, COLORS[i % COLORS.length]);
      text(x + 18, y, "start", series.get(i).name());
      x += 40 + 7 * series.get(i).name().length();
    }
  }

  private void line(double x1, double y1, double x2, double y2, String color) {
    out.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
            x1,
            y1,
            x2,
            y2,
            color));
  }

  private void rect(double x, double y, double width, double height, String color) {
    out.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
            x,
            y,
            width,
            height,
            color));
  }

  private void circle(double x, double y, String color) {
    out.append(
        String.format(
            Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>%n", x, y, color));
  }

  private void text(double x, double y, String anchor, String words) {
    write(x, y, "text-anchor=\"" + anchor + "\"", words);
  }

  private void small(double x, double y, String words) {
    write(x, y, "font-size=\"9\" fill=\"#444444\"", words);
  }

  private void write(double x, double y, String how, String words) {
    String safe = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    out.append(
        String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>%n", x, y, how, safe));
  }

  private String end() {
    return out.append("</svg>\n").toString();
  }
}
