package io.varve.query;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.VarveException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters as bytes: a version, one node (a kind of one byte and what belongs to it, nodes within
 * nodes first to last), and a CRC32C.
 */
public final class FilterSerializer {

  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  private static final int ALL = 1;
  private static final int COMPARISON = 2;
  private static final int IN = 3;
  private static final int IS_NULL = 4;
  private static final int STARTS_WITH = 5;
  private static final int AND = 6;
  private static final int OR = 7;
  private static final int NOT = 8;

  private static final int LONG = 1;
  private static final int DOUBLE = 2;
  private static final int BOOLEAN = 3;
  private static final int TEXT = 4;
  private static final int BYTES = 5;
  private static final int DECIMAL = 6;
  private static final int INSTANT = 7;
  private static final int DATE_TIME = 8;
  private static final int DATE = 9;
  private static final int TIME = 10;

  private FilterSerializer() {}

  /** Returns a filter as bytes. */
  public static byte[] serialize(Filter filter) {
    BytesWriter out = Envelope.start(VERSION);
    write(filter, out, 0);
    return Envelope.seal(out);
  }

  /**
   * Returns the filter of some bytes.
   *
   * @throws io.varve.io.UnsupportedVersionException if they are of another version
   * @throws CorruptFileException if they are damaged
   */
  public static Filter deserialize(byte[] bytes) throws VarveException {
    BytesReader in = Envelope.open("filter", VERSION, bytes);
    Filter filter = read(in);
    in.expectEnd();
    return filter;
  }

  static void write(Filter filter, BytesWriter out) {
    write(filter, out, 0);
  }

  static Filter read(BytesReader in) throws CorruptFileException {
    return read(in, 0);
  }

  private static void write(Filter filter, BytesWriter out, int depth) {
    if (depth > FilterBinder.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a filter is nested more than " + FilterBinder.MAX_DEPTH + " deep");
    }
    if (filter instanceof Filter.All) {
      out.writeByte(ALL);
    } else if (filter instanceof Filter.Comparison comparison) {
      out.writeByte(COMPARISON).writeString(comparison.column());
      out.writeByte(comparison.operator().number());
      write(comparison.literal(), out);
    } else if (filter instanceof Filter.In in) {
      out.writeByte(IN).writeString(in.column()).writeInt(in.literals().size());
      in.literals().forEach(literal -> write(literal, out));
    } else if (filter instanceof Filter.IsNull isNull) {
      out.writeByte(IS_NULL).writeString(isNull.column());
    } else if (filter instanceof Filter.StartsWith startsWith) {
      out.writeByte(STARTS_WITH).writeString(startsWith.column());
      write(startsWith.prefix(), out);
    } else if (filter instanceof Filter.And and) {
      writeAll(AND, and.filters(), out, depth);
    } else if (filter instanceof Filter.Or or) {
      writeAll(OR, or.filters(), out, depth);
    } else if (filter instanceof Filter.Not not) {
      out.writeByte(NOT);
      write(not.filter(), out, depth + 1);
    }
  }

  private static void writeAll(int kind, List<Filter> filters, BytesWriter out, int depth) {
    out.writeByte(kind).writeInt(filters.size());
    for (Filter filter : filters) {
      write(filter, out, depth + 1);
    }
  }

  private static void write(Literal literal, BytesWriter out) {
    if (literal instanceof Literal.OfLong integer) {
      out.writeByte(LONG).writeLong(integer.value());
    } else if (literal instanceof Literal.OfDouble floating) {
      out.writeByte(DOUBLE).writeDouble(floating.value());
    } else if (literal instanceof Literal.OfBoolean truth) {
      out.writeByte(BOOLEAN).writeByte(truth.value() ? 1 : 0);
    } else if (literal instanceof Literal.OfText text) {
      out.writeByte(TEXT).writeString(text.value());
    } else if (literal instanceof Literal.OfBytes bytes) {
      out.writeByte(BYTES).writeBlob(bytes.value());
    } else if (literal instanceof Literal.OfDecimal decimal) {
      out.writeByte(DECIMAL).writeInt(decimal.value().scale());
      out.writeBlob(decimal.value().unscaledValue().toByteArray());
    } else if (literal instanceof Literal.OfInstant instant) {
      out.writeByte(INSTANT).writeLong(instant.value().getEpochSecond());
      out.writeInt(instant.value().getNano());
    } else if (literal instanceof Literal.OfDateTime dateTime) {
      out.writeByte(DATE_TIME).writeLong(dateTime.value().toEpochSecond(ZoneOffset.UTC));
      out.writeInt(dateTime.value().getNano());
    } else if (literal instanceof Literal.OfDate date) {
      out.writeByte(DATE).writeLong(date.value().toEpochDay());
    } else if (literal instanceof Literal.OfTime time) {
      out.writeByte(TIME).writeLong(time.value().toNanoOfDay());
    }
  }

  private static Filter read(BytesReader in, int depth) throws CorruptFileException {
    if (depth > FilterBinder.MAX_DEPTH) {
      throw in.corrupt("at most " + FilterBinder.MAX_DEPTH + " levels", "more");
    }
    int kind = in.readByte();
    return switch (kind) {
      case ALL -> new Filter.All();
      case COMPARISON -> new Filter.Comparison(in.readString(), readOperator(in), readLiteral(in));
      case IN -> {
        String column = in.readString();
        int count = in.readCount(in.remaining());
        List<Literal> literals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          literals.add(readLiteral(in));
        }
        yield new Filter.In(column, literals);
      }
      case IS_NULL -> new Filter.IsNull(in.readString());
      case STARTS_WITH -> new Filter.StartsWith(in.readString(), readLiteral(in));
      case AND -> new Filter.And(readAll(in, depth));
      case OR -> new Filter.Or(readAll(in, depth));
      case NOT -> new Filter.Not(read(in, depth + 1));
      default -> throw in.corrupt("the kind of a filter", String.valueOf(kind));
    };
  }

  private static List<Filter> readAll(BytesReader in, int depth) throws CorruptFileException {
    int count = in.readCount(in.remaining());
    List<Filter> filters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      filters.add(read(in, depth + 1));
    }
    return filters;
  }

  private static Filter.Operator readOperator(BytesReader in) throws CorruptFileException {
    int number = in.readByte();
    for (Filter.Operator operator : Filter.Operator.values()) {
      if (operator.number() == number) {
        return operator;
      }
    }
    throw in.corrupt("an operator", String.valueOf(number));
  }

  private static Literal readLiteral(BytesReader in) throws CorruptFileException {
    int kind = in.readByte();
    try {
      return switch (kind) {
        case LONG -> new Literal.OfLong(in.readLong());
        case DOUBLE -> new Literal.OfDouble(in.readDouble());
        case BOOLEAN -> new Literal.OfBoolean(in.readByte() != 0);
        case TEXT -> new Literal.OfText(in.readString());
        case BYTES -> new Literal.OfBytes(in.readBlob());
        case DECIMAL -> {
          int scale = in.readInt();
          yield new Literal.OfDecimal(new BigDecimal(new BigInteger(in.readBlob()), scale));
        }
        case INSTANT -> new Literal.OfInstant(Instant.ofEpochSecond(in.readLong(), in.readInt()));
        case DATE_TIME ->
            new Literal.OfDateTime(
                LocalDateTime.ofEpochSecond(in.readLong(), in.readInt(), ZoneOffset.UTC));
        case DATE -> new Literal.OfDate(LocalDate.ofEpochDay(in.readLong()));
        case TIME -> new Literal.OfTime(LocalTime.ofNanoOfDay(in.readLong()));
        default -> throw in.corrupt("the kind of a literal", String.valueOf(kind));
      };
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException invalid) {
      throw in.corrupt("a literal", String.valueOf(invalid.getMessage()));
    }
  }
}
