package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Checksums;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartitionRouterTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(3))
          .column("tenant", DataType.string())
          .column("key", DataType.int64())
          .build();

  private static String part(String value) {
    return PartitionPath.part("tenant", value);
  }

  @Test
  void givesHostileValuesSafeNamesOfTheirOwn() {
    List<String> values =
        List.of(
            "..",
            ".",
            "a/b",
            "a\0b",
            "",
            "null",
            "%null",
            "%empty",
            "a",
            "A",
            "a%41",
            "Ab",
            "aB",
            "x".repeat(10_000),
            "x".repeat(10_001),
            "é",
            "e",
            " ",
            "a ",
            "a.b",
            ".a",
            "a.",
            "a..",
            "con",
            "NUL",
            "lpt1.txt",
            "e\u0301",
            "\u00c9",
            "\ud83d\ude00",
            "x".repeat(90) + "a",
            "x".repeat(90) + "A",
            "~",
            "a~b");
    Set<String> names = new HashSet<>();
    names.add(PartitionPath.part("tenant", null).toLowerCase(Locale.ROOT));
    for (String value : values) {
      String name = part(value);
      assertThat(name).matches("tenant=[A-Za-z0-9._%~-]+").doesNotEndWith(".").hasSizeLessThan(200);
      assertThat(names.add(name.toLowerCase(Locale.ROOT))).as(value).isTrue();
    }
  }

  /** Whoever chooses values must not be able to put rows into a directory of others. */
  @Test
  void keepsValuesApartWhoseChecksumsAreEqual() {
    Map<Integer, String> byChecksum = new HashMap<>();
    int pairs = 0;
    for (int number = 0; pairs < 2; number++) {
      String value = "K" + number;
      byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
      String other = byChecksum.put(Checksums.crc32c(bytes, 0, bytes.length), value);
      if (other != null) {
        String end = "y".repeat(200); // equal from here on, so that the checksums stay equal
        assertThat(part(value + end)).isNotEqualTo(part(other + end));
        assertThat(hash(part(value + end))).isNotEqualTo(hash(part(other + end)));
        pairs++;
      }
    }
  }

  private static String hash(String part) {
    return part.substring(part.indexOf('~'));
  }

  /** No file system here takes names of more than 255 bytes. */
  @Test
  void namesAreNeverTooLongForAFileSystem() {
    String longest = "\u00e9".repeat(10_000);
    assertThat(PartitionPath.part(longest, longest)).hasSizeBetween(200, 255);
  }

  @Test
  void leavesOrdinaryValuesReadable() {
    assertThat(part("acme-2.x")).isEqualTo("tenant=acme-2.x");
    assertThat(part("a b")).isEqualTo("tenant=a%20b");
    assertThat(PartitionPath.part("tenant", null)).isEqualTo("tenant=%null");
  }

  @Test
  void sendsEqualKeysToOneBucketAndSpreadsOthers() {
    PartitionRouter router =
        new PartitionRouter(TableDefinition.builder(SCHEMA).bucketedBy(8, "key").build());
    Map<String, Integer> rows = new HashMap<>();
    for (int i = 0; i < 8000; i++) {
      router.setLong(2, i);
      String path = router.path(OptionalInt.empty());
      router.setLong(2, i);
      assertThat(router.path(OptionalInt.empty())).isEqualTo(path);
      rows.merge(path, 1, Integer::sum);
    }
    assertThat(rows).hasSize(8);
    assertThat(rows.values()).allSatisfy(n -> assertThat(n).isBetween(800, 1200));
  }

  @Test
  void usesTheWritersOwnBucketWhereThereIsNoKey() {
    PartitionRouter router =
        new PartitionRouter(TableDefinition.builder(SCHEMA).partitionedBy("tenant").build());
    router.setString(1, "acme");
    assertThat(router.path(OptionalInt.of(7))).isEqualTo("tenant=acme/bucket-0007");
    assertThat(router.path(OptionalInt.of(7))).isEqualTo("tenant=%null/bucket-0007");
    assertThat(PartitionPath.bucketOf("tenant=bucket-0001/bucket-0042")).isEqualTo(42);
  }

  @Test
  void bucketsStayWhereTheyEverWere() {
    PartitionRouter router =
        new PartitionRouter(TableDefinition.builder(SCHEMA).bucketedBy(1000, "tenant").build());
    router.setString(1, "acme");
    String acme = router.path(OptionalInt.empty());
    String missing = router.path(OptionalInt.empty());
    assertThat(List.of(acme, missing)).containsExactly("bucket-0193", "bucket-0233");
  }

  @Test
  void namesOfLongColumnsAndValuesFitAFileSystem() {
    String part = PartitionPath.part("c".repeat(1000), "V".repeat(1000));
    assertThat(part).hasSizeLessThanOrEqualTo(255);
  }
}
