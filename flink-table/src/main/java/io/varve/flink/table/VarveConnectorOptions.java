package io.varve.flink.table;

import io.varve.flink.sink.OnInvalidRow;
import io.varve.flink.source.OnCorrupt;
import io.varve.query.SealOptions;
import io.varve.query.TimeBucket;
import io.varve.table.WriterOptions;
import io.varve.table.protocol.OnRewind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** The options of {@code 'connector' = 'varve'}. */
@PublicEvolving
public final class VarveConnectorOptions {

  /** The directory of the table. */
  public static final ConfigOption<String> PATH =
      ConfigOptions.key("path")
          .stringType()
          .noDefaultValue()
          .withDescription("Directory of the table, on a file system that all hosts share.");

  /** The event time. */
  public static final ConfigOption<String> TIME_COLUMN =
      ConfigOptions.key("time-column")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Column of the event time, a TIMESTAMP or TIMESTAMP_LTZ that is never null;"
                  + " without it the column that the watermark is declared for.");

  /** The column that is unique per event. */
  public static final ConfigOption<String> ID_COLUMN =
      ConfigOptions.key("id-column")
          .stringType()
          .noDefaultValue()
          .withDescription("Column that is unique per event, for looking events up.");

  /** The number of buckets. */
  public static final ConfigOption<Integer> BUCKET =
      ConfigOptions.key("bucket")
          .intType()
          .noDefaultValue()
          .withDescription("Number of buckets of each partition; needs a bucket-key.");

  /** The columns that choose the bucket. */
  public static final ConfigOption<List<String>> BUCKET_KEY =
      ConfigOptions.key("bucket-key")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "Columns whose values choose the bucket, separated by semicolons; without them each"
                  + " writer fills a bucket of its own and nothing is shuffled.");

  /** The columns that are looked up by rare values. */
  public static final ConfigOption<List<String>> BLOOM_COLUMNS =
      ConfigOptions.key("bloom-columns")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription("Columns that are looked up by rare values.");

  /** The columns whose rows are counted per value. */
  public static final ConfigOption<List<String>> TALLY_COLUMNS =
      ConfigOptions.key("tally-columns")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription("Columns of few values whose rows are counted per value.");

  /** The zone of days. */
  public static final ConfigOption<String> TIME_ZONE =
      ConfigOptions.key("time-zone")
          .stringType()
          .defaultValue("UTC")
          .withDescription(
              "Zone that days and hours of a TIMESTAMP_LTZ are cut in; fixed when the table is"
                  + " created.");

  /** What a projection groups by. */
  public static final ConfigOption<String> PROJECTION_GROUP_BY =
      ConfigOptions.key("projection.<name>.group-by")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Columns, and at most one of minute, hour, day, week and month, with commas between:"
                  + " segments hold their rows grouped by them too.");

  /** What a projection computes. */
  public static final ConfigOption<String> PROJECTION_AGGREGATES =
      ConfigOptions.key("projection.<name>.aggregates")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "What is computed of each group beside its number of rows, such as sum(cost),"
                  + " max(latency).");

  /** When a projection is worth its bytes. */
  public static final ConfigOption<Integer> PROJECTION_MIN_ROWS_PER_GROUP =
      ConfigOptions.key("projection.min-rows-per-group")
          .intType()
          .defaultValue(SealOptions.DEFAULT_MIN_ROWS_PER_GROUP)
          .withDescription(
              "A segment holds a projection if it has at most one group for so many rows.");

  /** The rows of a segment. */
  public static final ConfigOption<Integer> SEGMENT_TARGET_ROWS =
      ConfigOptions.key("segment.target-rows")
          .intType()
          .defaultValue(WriterOptions.DEFAULT_TARGET_ROWS)
          .withDescription("Rows after which a partition's tail becomes a segment.");

  /** The memory of a segment's rows. */
  public static final ConfigOption<MemorySize> SEGMENT_TARGET_BYTES =
      ConfigOptions.key("segment.target-bytes")
          .memoryType()
          .defaultValue(new MemorySize(WriterOptions.DEFAULT_TARGET_BYTES))
          .withDescription("Memory of unsealed rows after which a partition's tail is sealed.");

  /** The age of unsealed rows. */
  public static final ConfigOption<Duration> SEGMENT_TARGET_AGE =
      ConfigOptions.key("segment.target-age")
          .durationType()
          .defaultValue(Duration.ofMillis(WriterOptions.DEFAULT_TARGET_AGE_MILLIS))
          .withDescription("Age of the oldest unsealed row at which a checkpoint seals.");

  /** What a restore to a place behind the table does. */
  public static final ConfigOption<OnRewind> SINK_ON_REWIND =
      ConfigOptions.key("sink.on-rewind")
          .enumType(OnRewind.class)
          .defaultValue(OnRewind.REWIND)
          .withDescription("What to do when a job is restored to a place the table has left.");

  /** What a row that can't be stored does. */
  public static final ConfigOption<OnInvalidRow> SINK_ON_INVALID_ROW =
      ConfigOptions.key("sink.on-invalid-row")
          .enumType(OnInvalidRow.class)
          .defaultValue(OnInvalidRow.FAIL)
          .withDescription("What to do with a row that the table can't hold.");

  /** The memory of a writer. */
  public static final ConfigOption<MemorySize> SINK_BUFFER_MEMORY =
      ConfigOptions.key("sink.buffer-memory")
          .memoryType()
          .defaultValue(new MemorySize(WriterOptions.DEFAULT_BUFFER_BYTES))
          .withDescription("Heap that one writer holds rows in; over it they go to the tail.");

  /** The commit that is read. */
  public static final ConfigOption<Long> SCAN_COMMIT =
      ConfigOptions.key("scan.commit")
          .longType()
          .noDefaultValue()
          .withDescription("Number of the commit that is read; without it the newest.");

  /** The commit of a checkpoint. */
  public static final ConfigOption<String> SCAN_CHECKPOINT_ID =
      ConfigOptions.key("scan.checkpoint-id")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Reads what the table showed at a checkpoint of the job that writes to it, or, by"
                  + " 'lineage:id', of another job.");

  /** The commit of a time. */
  public static final ConfigOption<String> SCAN_TIMESTAMP =
      ConfigOptions.key("scan.timestamp")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Reads what the table showed at a time: ISO 8601 with zone, such as"
                  + " 2026-01-31T12:00:00Z, or milliseconds since the epoch.");

  /** The commit of a tag. */
  public static final ConfigOption<String> SCAN_TAG =
      ConfigOptions.key("scan.tag")
          .stringType()
          .noDefaultValue()
          .withDescription("Reads the commit that a tag names.");

  /** What a read ends before. */
  public static final ConfigOption<Until> SCAN_UNTIL =
      ConfigOptions.key("scan.until")
          .enumType(Until.class)
          .noDefaultValue()
          .withDescription(
              "With 'watermark' only rows of spans of time that are over are read, by the watermark"
                  + " of the job that writes; without a watermark in the commit none.");

  /** The spans of time that a read ends between. */
  public static final ConfigOption<TimeBucket> SCAN_UNTIL_BUCKET =
      ConfigOptions.key("scan.until.bucket")
          .enumType(TimeBucket.class)
          .defaultValue(TimeBucket.DAY)
          .withDescription(
              "The spans of time that 'scan.until' is about: minute, hour, day, week or month.");

  /** What damage does. */
  public static final ConfigOption<OnCorrupt> SCAN_ON_CORRUPT =
      ConfigOptions.key("scan.on-corrupt")
          .enumType(OnCorrupt.class)
          .defaultValue(OnCorrupt.FAIL)
          .withDescription(
              "What a read does where a file is damaged: fail, naming file and place, or leave out"
                  + " what can't be read, and count and log it.");

  /** Whether aggregates are computed in the source. */
  public static final ConfigOption<PushDown> SCAN_AGGREGATE_PUSH_DOWN =
      ConfigOptions.key("scan.aggregate-push-down")
          .enumType(PushDown.class)
          .defaultValue(PushDown.AUTO)
          .withDescription(
              "Whether GROUP BY and aggregates run inside the source. With 'auto' they do unless"
                  + " the table has DECIMAL columns: there Flink can't plan an AVG(decimal) without"
                  + " SUM and COUNT of the same column beside it.");

  private VarveConnectorOptions() {}

  /** What a read ends before. */
  public enum Until {
    /** The span of time that the watermark is in. */
    WATERMARK;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether aggregates are computed in the source. */
  public enum PushDown {
    /** Yes, unless the table has DECIMAL columns. */
    AUTO,
    /** Yes. */
    ON,
    /** No. */
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
