package io.varve.table;

import io.varve.schema.Field;
import io.varve.schema.TableDefinition;
import io.varve.schema.TypeKind;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ages at which rows of some partitions go, where others than the table's {@code ttl}.
 * Immutable.
 *
 * <pre>
 * rules  = rule { ";" rule }
 * rule   = column "=" value { "/" column "=" value } ":" age
 * age    = a time such as "30 d" or "PT12H", or "forever"
 * </pre>
 *
 * <p>The last colon of a rule ends its values. In columns and values {@code %} and two hexadecimal
 * digits stand for a byte of UTF-8, as in the names of directories: {@code %}, {@code ;}, {@code /}
 * and {@code =} and space at an end are written so. {@code %null} is null and {@code %empty} the
 * empty text. Of the rules that a partition meets the one with the most columns holds.
 *
 * @param rules in the order in which they were given
 */
public record PartitionTtl(List<Rule> rules) implements Serializable {

  /** Every partition keeps to the table's time. */
  public static final PartitionTtl NONE = new PartitionTtl(List.of());

  /** The most rules: each is a condition that reads of old rows look at. */
  public static final int MAX_RULES = 100;

  private static final String NAME = TableOptions.TTL_BY_PARTITION;
  private static final String FOREVER = "forever";

  /**
   * How long the rows of some partitions stay.
   *
   * @param values of partition columns as text, by column; null where rows have none
   * @param millis the age at which they go, {@link UpkeepOptions#FOREVER} if they stay
   */
  public record Rule(SortedMap<String, @Nullable String> values, long millis)
      implements Serializable {
    /** Copies the values. */
    public Rule {
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Returns the rule's partitions as people read them. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      values.forEach(
          (column, value) ->
              text.append(text.length() == 0 ? "" : "/").append(column + "=" + value));
      return text.toString();
    }
  }

  /** Copies the list. */
  public PartitionTtl {
    rules = List.copyOf(rules);
  }

  /**
   * Reads the text of the option.
   *
   * @throws InvalidOptionException if it is no list of rules
   */
  public static PartitionTtl parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String rule : text.split(";", -1)) {
      if (!rule.isBlank()) {
        rules.add(rule(rule.strip()));
      }
    }
    if (rules.isEmpty()) {
      throw refused("there is no rule in '" + text + "'; reset the option instead");
    }
    if (rules.size() > MAX_RULES) {
      throw refused(
          "there are " + rules.size() + " rules; at most " + MAX_RULES + " are looked at in reads");
    }
    return new PartitionTtl(rules);
  }

  private static Rule rule(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw refused("'" + text + "' has no age; write it as in 'tenant=acme:30 d'");
    }
    SortedMap<String, @Nullable String> values = new TreeMap<>();
    for (String part : text.substring(0, colon).split("/", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1 || part.indexOf('=', equals + 1) >= 0) {
        throw refused(
            "'"
                + part
                + "' is no column=value; inside of a value write % as %25, / as %2F, = as %3D and"
                + " ; as %3B");
      }
      String column = decoded(part.substring(0, equals).strip());
      if (column == null || values.containsKey(column)) {
        throw refused(
            "'" + text + "' names column '" + column + "' twice, or none; name each once");
      }
      values.put(column, value(part.substring(equals + 1).strip()));
    }
    return new Rule(values, age(text.substring(colon + 1).strip()));
  }

  private static @Nullable String value(String text) {
    if (text.isEmpty()) {
      throw refused("a value is missing; write %empty for the empty text and %null for null");
    }
    return decoded(text);
  }

  private static @Nullable String decoded(String text) {
    if (text.equals("%null")) {
      return null;
    }
    if (text.equals("%empty")) {
      return "";
    }
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] != '%') {
        bytes.write(encoded[i]);
        continue;
      }
      if (i + 2 >= encoded.length
          || !HexFormat.isHexDigit(encoded[i + 1])
          || !HexFormat.isHexDigit(encoded[i + 2])) {
        throw refused(
            "in '" + text + "' a % is not followed by two hexadecimal digits; write % as %25");
      }
      bytes.write(
          16 * HexFormat.fromHexDigit(encoded[i + 1]) + HexFormat.fromHexDigit(encoded[i + 2]));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException wrong) {
      throw refused("the bytes of '" + text + "' are no UTF-8; escape each byte of a character");
    }
  }

  private static long age(String text) {
    if (text.toLowerCase(Locale.ROOT).equals(FOREVER)) {
      return UpkeepOptions.FOREVER;
    }
    long millis;
    try {
      millis = TableOptions.millis(NAME, text);
    } catch (IllegalArgumentException wrong) {
      throw refused("'" + text + "' is no age such as '10 min', '7 d', PT12H or forever");
    }
    if (millis < 1) {
      throw refused("an age is at least a millisecond, not '" + text + "'; forever keeps rows");
    }
    return millis;
  }

  /**
   * Checks that the rules are of partition columns and their values, and that no partition meets
   * two that are equally near.
   *
   * @throws InvalidOptionException if not
   */
  public void requireFor(TableDefinition table) {
    for (Rule rule : rules) {
      for (String column : rule.values().keySet()) {
        requirePartitionColumn(table, column);
      }
    }
    try {
      TtlScopes.of(table, this);
    } catch (InvalidOptionException refused) {
      throw refused;
    } catch (IllegalArgumentException wrong) {
      throw refused(wrong.getMessage() + "; values are written as in INSERT OVERWRITE");
    }
  }

  private static void requirePartitionColumn(TableDefinition table, String column) {
    List<String> columns = table.partitionColumns();
    if (!columns.contains(column)) {
      throw refused(
          "'"
              + column
              + "' is no partition column; "
              + (columns.isEmpty()
                  ? "the table has none, so that only ttl can be set"
                  : "name one of " + columns));
    }
    Field field = table.schema().field(table.schema().indexOf(column));
    if (field.type().kind() == TypeKind.FLOAT || field.type().kind() == TypeKind.DOUBLE) {
      throw refused(
          "'" + column + "' is of type " + field.type() + ", which no rule is given for; use ttl");
    }
  }

  static InvalidOptionException refused(String problem) {
    return new InvalidOptionException(NAME, problem);
  }
}
