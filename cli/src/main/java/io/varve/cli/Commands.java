package io.varve.cli;

import java.util.List;

/**
 * The commands by their names. Only what is asked for is loaded: reading what all of them declare
 * takes longer than most of them do.
 */
final class Commands {

  /** All names, in the order of the help. */
  static final List<String> NAMES =
      List.of(
          "inspect",
          "stats",
          "health",
          "commits",
          "diff",
          "verify",
          "rollup",
          "query",
          "get",
          "late",
          "alter",
          "delete",
          "truncate",
          "erase",
          "gc",
          "merge",
          "rewind",
          "tag",
          "expire",
          "orphans",
          "checkpoint",
          "restore",
          "load",
          "export",
          "completion");

  private Commands() {}

  /** Returns the class of a command. */
  static Class<?> named(String name) {
    return switch (name) {
      case "inspect" -> InspectCommand.class;
      case "stats" -> StatsCommand.class;
      case "health" -> HealthCommand.class;
      case "commits" -> CommitsCommand.class;
      case "diff" -> DiffCommand.class;
      case "verify" -> VerifyCommand.class;
      case "rollup" -> RollupCommand.class;
      case "query" -> QueryCommand.class;
      case "get" -> GetCommand.class;
      case "late" -> LateCommand.class;
      case "alter" -> AlterCommand.class;
      case "delete" -> DeleteCommand.class;
      case "truncate" -> TruncateCommand.class;
      case "erase" -> EraseCommand.class;
      case "gc" -> GcCommand.class;
      case "merge" -> MergeCommand.class;
      case "rewind" -> RewindCommand.class;
      case "tag" -> TagCommand.class;
      case "expire" -> ExpireCommand.class;
      case "orphans" -> OrphansCommand.class;
      case "checkpoint" -> CheckpointCommand.class;
      case "restore" -> RestoreCommand.class;
      case "load" -> LoadCommand.class;
      case "export" -> ExportCommand.class;
      case "completion" -> CompletionCommand.class;
      default -> throw new IllegalArgumentException("there is no command '" + name + "'");
    };
  }
}
