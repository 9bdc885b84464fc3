package io.varve.benchmarks.peers;

import io.varve.benchmarks.EventsSubject;
import io.varve.benchmarks.GroupsChecksum;
import io.varve.benchmarks.RowsChecksum;
import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageEvents;
import io.varve.benchmarks.UsageFilter;
import io.varve.benchmarks.UsageTable;
import io.varve.benchmarks.UsageTotals;
import io.varve.benchmarks.UsageValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with rows by time, and two families of keys that lead to them. */
public final class RocksDbSubject implements EventsSubject {

  private static final List<String> COLUMNS = UsageTable.definition().schema().names();
  private static final int FIRST_NUMBER = 1;
  private static final int FIRST_TEXT = COLUMNS.indexOf("flags") + 1;
  private static final int NUMBERS = FIRST_TEXT - FIRST_NUMBER;
  private static final int COST = COLUMNS.indexOf("cost") - FIRST_NUMBER;
  private static final int STATUS = COLUMNS.indexOf("status") - FIRST_NUMBER;
  private static final int USER = COLUMNS.indexOf("user") - FIRST_TEXT;
  private static final int API_KEY = COLUMNS.indexOf("api_key") - FIRST_TEXT;
  private static final int MODEL = COLUMNS.indexOf("model") - FIRST_TEXT;
  private static final int KEY_BYTES = Long.BYTES + Integer.BYTES;

  private final List<ColumnFamilyHandle> families = new ArrayList<>();
  private final ByteBuffer row = ByteBuffer.allocate(4096);
  private final long[] numbers = new long[NUMBERS];
  private @Nullable Path directory;
  private @Nullable RocksDB database;
  private int sequence;

  /** Creates a subject without data. */
  public RocksDbSubject() {}

  @Override
  public String name() {
    return "rocksdb";
  }

  @Override
  public String about() {
    return "rows by time, keys by id and by user and time in families of their own; LZ4, bloom"
        + " filters of ten bits, the log synced at each sync; a question about all rows reads all";
  }

  @Override
  public void create(Path place, int threads) throws RocksDBException {
    directory = place;
    sequence = 0;
    open();
  }

  @Override
  public void openKept(Path place, int threads) throws RocksDBException {
    create(place, threads);
  }

  private void open() throws RocksDBException {
    RocksDB.loadLibrary();
    ColumnFamilyOptions options =
        new ColumnFamilyOptions()
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
            .setTableFormatConfig(
                new BlockBasedTableConfig().setFilterPolicy(new BloomFilter(10, false)));
    List<ColumnFamilyDescriptor> wanted = new ArrayList<>();
    for (String name : List.of("default", "by_id", "by_user")) {
      wanted.add(new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), options));
    }
    families.clear();
    DBOptions all = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
    database = RocksDB.open(all, String.valueOf(directory), wanted, families);
  }

  private RocksDB database() {
    if (database == null) {
      throw new IllegalStateException("nothing is open");
    }
    return database;
  }

  @Override
  public void append(UsageBatch batch) throws RocksDBException {
    try (WriteBatch writes = new WriteBatch();
        WriteOptions options = new WriteOptions()) {
      for (int index = 0; index < batch.size(); index++) {
        byte[] key = key(batch.timeNanos(index), sequence++);
        row.clear();
        batch.visit(index, new Writer(row));
        byte[] value = new byte[row.position()];
        row.flip().get(value);
        writes.put(families.get(0), key, value);
        writes.put(families.get(1), batch.idBytes(index), key);
        String user = batch.dimension(UsageEvents.Dimension.USER, index);
        writes.put(families.get(2), userKey(user, key), new byte[0]);
        if (writes.count() >= 3000) {
          database().write(options, writes);
          writes.clear();
        }
      }
      database().write(options, writes);
    }
  }

  private static byte[] key(long time, int number) {
    return ByteBuffer.allocate(KEY_BYTES).putLong(time).putInt(number).array();
  }

  private static byte[] userKey(String user, byte[] key) {
    byte[] name = user.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(name.length + KEY_BYTES).put(name).put(key).array();
  }

  @Override
  public void sync() throws RocksDBException {
    database().flushWal(true);
  }

  @Override
  public void finish() throws RocksDBException {
    for (ColumnFamilyHandle family : families) {
      database().compactRange(family);
    }
  }

  @Override
  public void reopen() throws RocksDBException {
    close();
    open();
  }

  @Override
  public long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(String.valueOf(directory)))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Override
  public UsageTotals totals(UsageFilter filter) throws RocksDBException {
    UsageTotals totals = new UsageTotals();
    forEach(
        filter,
        value -> {
          String user = filter.user() == null ? "" : text(value, USER);
          String model = filter.model() == null ? "" : text(value, MODEL);
          readNumbers(value);
          if (filter.test(numbers[0], user, model)) {
            long[] counters = new long[UsageTable.COUNTERS.length];
            System.arraycopy(numbers, COST + 1, counters, 0, counters.length);
            totals.add((int) numbers[STATUS], 1, numbers[COST], counters);
          }
        });
    return totals;
  }

  /** Visits rows by user or by time where the filter names one, else all. */
  private void forEach(UsageFilter filter, RowVisitor visitor) throws RocksDBException {
    if (filter.user() != null) {
      byte[] prefix = filter.user().getBytes(StandardCharsets.ISO_8859_1);
      try (RocksIterator keys = database().newIterator(families.get(2))) {
        for (keys.seek(prefix); keys.isValid() && startsWith(keys.key(), prefix); keys.next()) {
          visitor.visit(ByteBuffer.wrap(row(keys.key(), prefix.length)));
        }
      }
      return;
    }
    long from = filter.day() < 0 ? 0 : filter.fromNanos();
    long to = filter.day() < 0 ? Long.MAX_VALUE : filter.toNanos();
    try (RocksIterator rows = database().newIterator(families.get(0))) {
      for (rows.seek(key(from, 0)); rows.isValid(); rows.next()) {
        if (ByteBuffer.wrap(rows.key()).getLong() >= to) {
          return;
        }
        visitor.visit(ByteBuffer.wrap(rows.value()));
      }
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return java.util.Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private byte[] row(byte[] indexKey, int prefixLength) throws RocksDBException {
    byte[] key = java.util.Arrays.copyOfRange(indexKey, prefixLength, indexKey.length);
    return database().get(families.get(0), key);
  }

  @Override
  public GroupsChecksum rollup() throws RocksDBException {
    Map<Long, long[]> groups = new HashMap<>();
    forEach(
        UsageFilter.ALL,
        value -> {
          int user = GroupsChecksum.number(text(value, USER));
          int key = GroupsChecksum.number(text(value, API_KEY));
          readNumbers(value);
          long day = (numbers[0] - UsageEvents.START_NANOS) / UsageEvents.DAY_NANOS;
          long[] sums =
              groups.computeIfAbsent(GroupsChecksum.group(day, user, key), found -> new long[4]);
          sums[0]++;
          sums[1] += numbers[COST];
          sums[2] += numbers[COST + 1];
          sums[3] += numbers[COST + 2];
        });
    GroupsChecksum checksum = new GroupsChecksum();
    groups.forEach((group, sums) -> checksum.add(group, sums[0], sums[1], sums[2], sums[3]));
    return checksum;
  }

  @Override
  public RowsChecksum latest(String user, int count) throws RocksDBException {
    RowsChecksum checksum = new RowsChecksum();
    byte[] prefix = user.getBytes(StandardCharsets.ISO_8859_1);
    try (RocksIterator keys = database().newIterator(families.get(2))) {
      keys.seekForPrev(userKey(user, key(Long.MAX_VALUE, Integer.MAX_VALUE)));
      for (int left = count; left > 0 && keys.isValid(); left--, keys.prev()) {
        if (!startsWith(keys.key(), prefix)) {
          break;
        }
        addAll(ByteBuffer.wrap(row(keys.key(), prefix.length)), checksum);
      }
    }
    return checksum;
  }

  @Override
  public RowsChecksum lookup(String id) throws RocksDBException {
    RowsChecksum checksum = new RowsChecksum();
    byte[] key = database().get(families.get(1), id.getBytes(StandardCharsets.ISO_8859_1));
    if (key != null) {
      addAll(ByteBuffer.wrap(database().get(families.get(0), key)), checksum);
    }
    return checksum;
  }

  @Override
  public RowsChecksum scan() throws RocksDBException {
    RowsChecksum checksum = new RowsChecksum();
    forEach(UsageFilter.ALL, value -> addAll(value, checksum));
    return checksum;
  }

  private void addAll(ByteBuffer value, RowsChecksum checksum) {
    readNumbers(value);
    for (long number : numbers) {
      checksum.add(number);
    }
    value.position(NUMBERS * Long.BYTES);
    while (value.hasRemaining()) {
      checksum.add(nextText(value));
    }
    checksum.endRow();
  }

  private void readNumbers(ByteBuffer value) {
    for (int i = 0; i < NUMBERS; i++) {
      numbers[i] = value.getLong(i * Long.BYTES);
    }
  }

  /** Returns a text by its index among those after the id. */
  private static String text(ByteBuffer value, int index) {
    value.position(NUMBERS * Long.BYTES);
    skipText(value); // the id
    for (int i = 0; i < index; i++) {
      skipText(value);
    }
    return nextText(value);
  }

  private static void skipText(ByteBuffer value) {
    int length = value.getShort();
    value.position(value.position() + length);
  }

  private static String nextText(ByteBuffer value) {
    int length = value.getShort();
    int start = value.position();
    value.position(start + length);
    return new String(value.array(), start, length, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    families.forEach(ColumnFamilyHandle::close);
    families.clear();
    if (database != null) {
      database.close();
      database = null;
    }
  }

  /** Takes the bytes of a row. */
  private interface RowVisitor {

    void visit(ByteBuffer value);
  }

  /** Writes numbers to fixed places and texts, the id first, behind them. */
  private static final class Writer implements UsageValues<RuntimeException> {

    private final ByteBuffer out;
    private int numbers;

    Writer(ByteBuffer out) {
      this.out = out;
      out.position(NUMBERS * Long.BYTES);
    }

    @Override
    public void text(String value) {
      byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
      out.putShort((short) bytes.length).put(bytes);
    }

    @Override
    public void number(long value) {
      out.putLong(numbers++ * Long.BYTES, value);
    }
  }
}
