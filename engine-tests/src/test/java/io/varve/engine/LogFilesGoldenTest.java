package io.varve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.OutputFile;
import io.varve.schema.DataType;
import io.varve.schema.Projection;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.testkit.GoldenFile;
import io.varve.testkit.MemoryFileStore;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes of identities, manifests and files of deletes. */
class LogFilesGoldenTest {

  private static final UUID LOG_ID = new UUID(1, 2);

  private static final TableDefinition DEFINITION =
      TableDefinition.builder(
              Schema.builder()
                  .requiredColumn("id", DataType.string())
                  .timeColumn("ts", DataType.timestampLtz(9))
                  .column("cost", DataType.int64())
                  .build())
          .idColumn("id")
          .bloomColumns("cost")
          .projection(Projection.parse("p", "day, id", "sum(cost), max(cost)"))
          .build();

  private static final Identity IDENTITY = new Identity(true, LOG_ID, DEFINITION);

  private static final Manifest MANIFEST =
      new Manifest(
          7,
          LOG_ID,
          3,
          DEFINITION,
          1000,
          new FileId(3, 4),
          List.of(new SegmentEntry(new FileId(3, 5), 10, 2048, 1000, 2000)),
          List.of(new FileId(2, 9)));

  private static final List<RowId> FIRST = List.of(new RowId(3, 17), new RowId(3, Long.MAX_VALUE));
  private static final List<RowId> SECOND = List.of(new RowId(4, 0));

  private static GoldenFile golden(String name) {
    return GoldenFile.read(LogFilesGoldenTest.class, name);
  }

  @Test
  void identity() throws IOException {
    GoldenFile golden = golden("identity-v0.golden");
    golden.assertMatches(ManifestCodec.write(IDENTITY));
    assertThat(ManifestCodec.readIdentity("identity", golden.bytes())).isEqualTo(IDENTITY);
  }

  @Test
  void manifest() throws IOException {
    GoldenFile golden = golden("manifest-v0.golden");
    golden.assertMatches(ManifestCodec.write(MANIFEST));
    assertThat(ManifestCodec.readManifest("manifest", golden.bytes())).isEqualTo(MANIFEST);
  }

  @Test
  void deletes() throws IOException {
    GoldenFile golden = golden("deletes-v0.golden");
    MemoryFileStore store = new MemoryFileStore();
    FileId id = new FileId(1, 1);
    try (OutputFile file = store.create(LogLayout.deletes(id))) {
      DeleteFile.writeHeader(LOG_ID, file);
      DeleteFile.append(FIRST, file);
      DeleteFile.append(SECOND, file);
    }
    golden.assertMatches(store.readAll(LogLayout.deletes(id), 1000));
    DeleteFile.Content content = DeleteFile.read(store, id, LOG_ID);
    assertThat(content.rows()).containsExactly(FIRST.get(0), FIRST.get(1), SECOND.get(0));
    assertThat(content.end()).isEqualTo(golden.length());
  }
}
