/**
 * The procedures of the catalog, {@code CALL sys.rewind(…)} and others: what the commands of the
 * command line do, in SQL. Read {@link io.varve.flink.table.procedure.TableProcedure} first.
 */
@NullMarked
package io.varve.flink.table.procedure;

import org.jspecify.annotations.NullMarked;
