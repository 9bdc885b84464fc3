package io.varve.flink.source;

import io.varve.query.AggregateRow;
import io.varve.query.PartialGroups;
import io.varve.query.PartialRow;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Flink's types of what rollups are made of. Immutable.
 *
 * @param <T> the type
 */
public final class RollupType<T> extends TypeInformation<T> {

  /** The type of partial rows. */
  public static final TypeInformation<PartialRow> PARTIAL_ROW =
      new RollupType<>(PartialRow.class, new PartialRowSerializer(), false);

  /** The type of partial rows of many groups. */
  static final TypeInformation<PartialGroups> GROUPS =
      new RollupType<>(PartialGroups.class, new PartialGroupsSerializer(), false);

  /** The type of group keys. */
  public static final TypeInformation<RollupKey> KEY =
      new RollupType<>(RollupKey.class, new RollupKeySerializer(), true);

  /** The type of results. */
  public static final TypeInformation<AggregateRow> RESULT =
      new RollupType<>(AggregateRow.class, new ResultSerializer(), false);

  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private final BytesTypeSerializer<T> serializer;
  private final boolean key;

  private RollupType(Class<T> type, BytesTypeSerializer<T> serializer, boolean key) {
    this.type = type;
    this.serializer = serializer;
    this.key = key;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isKeyType() {
    return key;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RollupType<?>;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RollupType<?> that && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
