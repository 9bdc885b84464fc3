package io.varve.examples;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes the lines of one bill into a database, in one transaction when all have come, in the place
 * of any that it has: a task or a job that is run again writes the same. Of parallelism one.
 *
 * @param url of the database
 * @param run the bill
 */
record BillSink(String url, long run) implements Sink<BillLine> {

  @Override
  public SinkWriter<BillLine> createWriter(WriterInitContext context) {
    return new Writer(url, run);
  }

  private static final class Writer implements SinkWriter<BillLine> {

    private final String url;
    private final long run;
    private final List<BillLine> lines = new ArrayList<>();

    Writer(String url, long run) {
      this.url = url;
      this.run = run;
    }

    @Override
    public void write(BillLine line, Context context) {
      lines.add(line);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      if (!endOfInput) {
        return;
      }
      try (BillDatabase database = BillDatabase.open(url)) {
        database.replaceLines(run, lines);
      } catch (SQLException failed) {
        throw new IOException(url + ": bill " + run + " could not be written", failed);
      }
    }

    @Override
    public void close() {}
  }
}
