package io.varve.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The workload: usage events of an API over thirty days, the same rows for the same number and
 * seed. Streams batches; confined to one thread.
 *
 * <p>Times rise but for one row in a hundred, which is up to two seconds late. Users are drawn by
 * Zipf's law from 5,000, each has four keys; models by Zipf's law from 40. Costs, tokens and
 * latencies are lognormal. Ids are 26 letters in base 32, 48 bits of time and 80 of chance.
 */
public final class UsageEvents {

  /** 2026-01-01T00:00:00Z. */
  public static final long START_NANOS = 1_767_225_600L * 1_000_000_000;

  /** Days that the events spread over. */
  public static final int DAYS = 30;

  /** Nanoseconds of a day. */
  public static final long DAY_NANOS = 86_400L * 1_000_000_000;

  private static final long MILLI_NANOS = 1_000_000;
  private static final long LATE_NANOS = 2_000_000_000;
  private static final int SAMPLES = 1 << 16;
  private static final int KEYS_PER_USER = 4;
  private static final int ROWS_PER_SESSION = 10;

  private final long rows;
  private final SplittableRandom random;
  private final Draws users = Draws.zipf(Dimension.USER.size());
  private final Draws models = Draws.zipf(Dimension.MODEL.size());
  private final Draws routes = Draws.zipf(Dimension.ROUTE.size());
  private final Draws regions = Draws.zipf(Dimension.REGION.size());
  private final Draws versions = Draws.zipf(Dimension.VERSION.size());
  private final long[] costs;
  private final long[] inputs;
  private final long[] outputs;
  private final long[] latencies;
  private final long[] sessions = new long[Dimension.USER.size()];
  private final Payload payload = new Payload();
  private long next;

  /**
   * Starts at the first row.
   *
   * @param rows how many there are in all: they spread over the thirty days
   */
  public UsageEvents(long rows, long seed) {
    this.rows = rows;
    this.random = new SplittableRandom(seed);
    Random normal = new Random(seed);
    this.costs = lognormal(normal, 2000, 1.2);
    this.inputs = lognormal(normal, 800, 1.0);
    this.outputs = lognormal(normal, 220, 0.9);
    this.latencies = lognormal(normal, 900, 0.7);
    for (int user = 0; user < sessions.length; user++) {
      sessions[user] = random.nextLong();
    }
  }

  private static long[] lognormal(Random random, double median, double sigma) {
    long[] samples = new long[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      samples[i] = Math.max(1, Math.round(median * Math.exp(sigma * random.nextGaussian())));
    }
    return samples;
  }

  /** Returns how many rows there are in all. */
  public long rows() {
    return rows;
  }

  /**
   * Replaces the rows of a batch by the next ones.
   *
   * @return false if there were none left
   */
  public boolean next(UsageBatch batch) {
    int count = (int) Math.min(batch.capacity(), rows - next);
    batch.clear();
    double step = (double) DAYS * DAY_NANOS / rows;
    for (int row = 0; row < count; row++) {
      addRow(batch, (long) (next++ * step));
    }
    return count > 0;
  }

  private void addRow(UsageBatch batch, long nanosSinceStart) {
    long bits = random.nextLong();
    int user = users.draw(bits);
    long time = nanosSinceStart;
    if ((bits >>> 40) % 100 == 0) {
      time = Math.max(0, time - Math.floorMod(random.nextLong(), LATE_NANOS));
    }
    time = START_NANOS + time / MILLI_NANOS * MILLI_NANOS;
    long more = random.nextLong();
    int row = batch.begin(time);
    batch.setId(row, time / MILLI_NANOS, random.nextLong(), random.nextLong());
    int model = models.draw(more);
    batch.setDimension(Dimension.USER, user);
    batch.setDimension(Dimension.API_KEY, user * KEYS_PER_USER + (int) (more >>> 62));
    batch.setDimension(Dimension.MODEL, model);
    batch.setDimension(Dimension.PROVIDER, model % Dimension.PROVIDER.size());
    long labels = random.nextLong();
    batch.setDimension(Dimension.ROUTE, routes.draw(labels));
    batch.setDimension(Dimension.REGION, regions.draw(Long.rotateRight(labels, 32)));
    int version = versions.draw(Long.rotateRight(more, 32));
    batch.setDimension(Dimension.VERSION, version);
    if ((labels & 0xff) < 256 / ROWS_PER_SESSION) {
      sessions[user] = random.nextLong();
    }
    batch.setSession(row, sessions[user]);
    long status = (bits >>> 24) % 1000;
    batch.setStatus(status < 930 ? 200 : status < 970 ? 429 : status < 990 ? 500 : 400);
    addNumbers(batch, row, version);
  }

  private void addNumbers(UsageBatch batch, int row, int version) {
    long bits = random.nextLong();
    long input = spread(inputs, bits);
    long output = spread(outputs, bits >>> 16);
    long rare = random.nextLong();
    long cached = rare % 20 == 0 ? input / 2 : 0;
    long images = (rare >>> 20) % 100 == 0 ? 1000 + (rare & 0x3ff) : 0;
    long tools = (rare >>> 40) % 200 == 0 ? 1 + (rare & 3) : 0;
    batch.setCost(spread(costs, Long.rotateRight(bits, 32)));
    batch.setCounters(input, output, cached, images, tools);
    long latency = spread(latencies, bits >>> 40);
    batch.setLatency((int) latency, (int) ((latency * (64 + ((rare >>> 56) & 63))) >>> 8));
    batch.setFlags((int) ((rare >>> 48) & 7));
    payload.write(batch, row, random.nextLong(), version);
  }

  /** Draws one of the samples, up to a quarter greater so that values do not repeat so often. */
  private static long spread(long[] samples, long bits) {
    long value = samples[(int) bits & SAMPLES - 1];
    return value + ((value * ((bits >>> 16) & 63)) >>> 8);
  }

  /** The columns of few values. */
  public enum Dimension {
    /** Who called. */
    USER("user", "user-", 5, 5000),
    /** With which key. */
    API_KEY("api_key", "key-", 6, 20_000),
    /** Which model answered. */
    MODEL("model", "model-", 2, 40),
    /** Whose model. */
    PROVIDER("provider", "provider-", 1, 6),
    /** Which address was called. */
    ROUTE("route", "/v1/route-", 3, 200),
    /** Where. */
    REGION("region", "region-", 2, 12),
    /** With which version of the client. */
    VERSION("version", "sdk-1.", 1, 50);

    private final String column;
    private final String[] values;

    Dimension(String column, String prefix, int digits, int size) {
      this.column = column;
      this.values = new String[size];
      for (int i = 0; i < size; i++) {
        String number = String.valueOf(i);
        values[i] = prefix + "0".repeat(Math.max(0, digits - number.length())) + number;
      }
    }

    /** Returns the name of its column. */
    public String column() {
      return column;
    }

    /** Returns the number of values. */
    public int size() {
      return values.length;
    }

    /** Returns a value; lower indexes are drawn more often. */
    public String value(int index) {
      return values[index];
    }
  }

  /** Writes what differs of the payload into its template. */
  private static final class Payload {

    private static final String TEMPLATE =
        "{\"req\":\"............\",\"client\":\"sdk-py\",\"finish\":\"stop\",\"stream\":.....,"
            + "\"temperature\":0..,\"top_p\":1.0,\"tools\":[],\"tier\":\".\"}";

    private final byte[] template = TEMPLATE.getBytes(StandardCharsets.US_ASCII);
    private final int request = TEMPLATE.indexOf('.');
    private final int stream = TEMPLATE.indexOf(".....", request + 12);
    private final int temperature = TEMPLATE.indexOf("0..") + 2;
    private final int tier = TEMPLATE.lastIndexOf('.');

    void write(UsageBatch batch, int row, long bits, int version) {
      byte[] out = batch.payload();
      int at = batch.beginPayload(row, template.length);
      System.arraycopy(template, 0, out, at, template.length);
      Text.hex(bits >>> 16, 12, out, at + request);
      boolean streams = (bits & 1) == 0;
      for (int i = 0; i < 5; i++) {
        out[at + stream + i] = (byte) (streams ? "true " : "false").charAt(i);
      }
      out[at + temperature] = (byte) ('0' + ((bits >>> 1) & 7));
      out[at + tier] = (byte) ('a' + version % 3);
    }
  }
}
