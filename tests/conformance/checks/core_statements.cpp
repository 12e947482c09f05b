// Core: preparing and executing, the forms of SQLFreeStmt, cursors and their names, row counts,
// transactions, cancelling.
#include <array>
#include <chrono>
#include <set>
#include <thread>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

void prepare_once(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_prepare", id_and_name};
    const Statement statement{session};
    statement.prepare("INSERT INTO cs_prepare VALUES (?, ?)");
    SQLINTEGER id = 0;
    statement.bind_parameter(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, &id, 0, nullptr);
    statement.bind_parameter(2, SQL_C_CHAR, SQL_VARCHAR, 20, 0, "same", 5, nullptr);
    for (id = 1; id <= 3; ++id) statement.execute();
    expect_equal(session.scalar("SELECT count(*) FROM cs_prepare"), "3", "rows");
}

void prepared_query_again(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_again", id_and_name};
    table.number(3);
    const Statement statement{session};
    statement.prepare("SELECT id FROM cs_again WHERE id >= ? ORDER BY id");
    SQLINTEGER least = 2;
    statement.bind_parameter(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, &least, 0, nullptr);
    statement.execute();
    expect_equal(statement.rows(), "2;3", "the first execution");
    statement.close();
    least = 3;
    statement.execute();
    expect_equal(statement.rows(), "3", "the second execution");
}

void open_cursor_blocks(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.prepare("SELECT 1");
    statement.execute();
    statement.handle().fails(SQLExecute(statement.raw()), "24000", "executing over a cursor");
    statement.handle().fails(statement.try_direct("SELECT 2"), "24000",
                             "SQLExecDirect over a cursor");
    statement.handle().fails(statement.try_prepare("SELECT 2"), "24000", "preparing over a cursor");
}

void close_forms(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLFreeStmt(statement.raw(), SQL_CLOSE), "closing without a cursor");
    statement.handle().fails(SQLCloseCursor(statement.raw()), "24000",
                             "SQLCloseCursor without a cursor");
    statement.direct("SELECT 1");
    statement.handle().ok(SQLCloseCursor(statement.raw()), "SQLCloseCursor");
    statement.direct("SELECT 2");
    statement.fetch();
    expect_equal(statement.value(1), "2", "after SQLCloseCursor");
}

void unbind(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    SQLINTEGER value = 0;
    statement.bind(1, SQL_C_SLONG, &value, 0, nullptr);
    statement.handle().ok(SQLFreeStmt(statement.raw(), SQL_UNBIND), "SQL_UNBIND");
    statement.direct("SELECT 5");
    statement.fetch();
    expect_equal(value, 0, "an unbound buffer");
}

void reset_params(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    SQLINTEGER value = 5;
    statement.prepare("SELECT CAST(? AS INTEGER)");
    statement.bind_parameter(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, &value, 0, nullptr);
    statement.handle().ok(SQLFreeStmt(statement.raw(), SQL_RESET_PARAMS), "SQL_RESET_PARAMS");
    statement.handle().fails(SQLExecute(statement.raw()), "07002", "executing without parameters");
}

void unknown_option(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().fails(SQLFreeStmt(statement.raw(), 99), "HY092", "SQLFreeStmt(99)");
}

void cursor_name(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLSetCursorName(statement.raw(), text("my_cursor"), SQL_NTS),
                          "SQLSetCursorName");
    std::array<SQLCHAR, 30> name{};
    SQLSMALLINT length = 0;
    statement.handle().ok(SQLGetCursorName(statement.raw(), name.data(), name.size(), &length),
                          "SQLGetCursorName");
    expect_equal(reinterpret_cast<const char*>(name.data()), "my_cursor", "the name");
    expect_equal(length, 9, "its length");
}

void automatic_cursor_names(const Target& target) {
    const Session session{target};
    std::set<std::string> names;
    const std::array<Statement, 2> statements{Statement{session}, Statement{session}};
    for (const auto& statement : statements) {
        statement.direct("SELECT 1");
        std::array<SQLCHAR, 30> name{};
        statement.handle().ok(SQLGetCursorName(statement.raw(), name.data(), name.size(), nullptr),
                              "SQLGetCursorName");
        const std::string text = reinterpret_cast<const char*>(name.data());
        expect(text.starts_with("SQL_CUR"), "the name " + text);
        expect(text.size() <= 18, "a name longer than 18: " + text);
        names.insert(text);
    }
    expect_equal(static_cast<SQLLEN>(names.size()), 2, "different names");
}

void duplicate_cursor_name(const Target& target) {
    const Session session{target};
    const Statement first{session};
    const Statement second{session};
    first.handle().ok(SQLSetCursorName(first.raw(), text("taken"), SQL_NTS), "the first");
    second.handle().fails(SQLSetCursorName(second.raw(), text("taken"), SQL_NTS), "3C000",
                          "the second");
}

void reserved_cursor_name(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().fails(SQLSetCursorName(statement.raw(), text("SQL_CURmine"), SQL_NTS),
                             "34000", "a name that begins with SQL_CUR");
}

void row_counts(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_count", id_and_name};
    const Statement statement{session};
    statement.direct("INSERT INTO cs_count VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    expect_equal(statement.row_count(), 3, "of an INSERT");
    statement.direct("UPDATE cs_count SET name = 'x' WHERE id > 1");
    expect_equal(statement.row_count(), 2, "of an UPDATE");
    statement.direct("DELETE FROM cs_count WHERE id = 1");
    expect_equal(statement.row_count(), 1, "of a DELETE");
}

void no_row_hit(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_none", id_and_name};
    const Statement statement{session};
    expect_equal(statement.try_direct("DELETE FROM cs_none WHERE id = 9"), SQL_NO_DATA,
                 "a searched DELETE that hits nothing");
    expect_equal(statement.row_count(), 0, "SQLRowCount");
    expect_equal(statement.try_direct("UPDATE cs_none SET name = 'x' WHERE id = 9"), SQL_NO_DATA,
                 "a searched UPDATE that hits nothing");
}

void commit_and_rollback(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_tx", id_and_name};
    session.autocommit(false);
    session.run("INSERT INTO cs_tx VALUES (1, 'kept')");
    session.end(SQL_COMMIT);
    session.run("INSERT INTO cs_tx VALUES (2, 'gone')");
    session.end(SQL_ROLLBACK);
    expect_equal(session.scalar("SELECT count(*) FROM cs_tx"), "1", "rows");
    session.end(SQL_COMMIT);
    session.autocommit(true);
}

void end_on_environment(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_env", id_and_name};
    session.autocommit(false);
    session.run("INSERT INTO cs_env VALUES (1, 'kept')");
    const Handle environment{SQL_HANDLE_ENV, session.environment()};
    environment.ok(SQLEndTran(SQL_HANDLE_ENV, session.environment(), SQL_COMMIT),
                   "SQLEndTran on the environment");
    session.end(SQL_ROLLBACK);
    expect_equal(session.scalar("SELECT count(*) FROM cs_env"), "1", "rows");
    session.end(SQL_COMMIT);
    session.autocommit(true);
}

void autocommit_on_commits(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_auto", id_and_name};
    session.autocommit(false);
    session.run("INSERT INTO cs_auto VALUES (1, 'kept')");
    session.autocommit(true);
    const Session other{target};
    expect_equal(other.scalar("SELECT count(*) FROM cs_auto"), "1", "rows another connection sees");
}

void cursors_after_commit(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_after", id_and_name};
    table.number(3);
    const auto behaviour = session.info(SQL_CURSOR_COMMIT_BEHAVIOR);
    session.autocommit(false);
    const Statement statement{session};
    statement.direct("SELECT id FROM cs_after ORDER BY id");
    statement.fetch();
    session.end(SQL_COMMIT);
    const auto r = SQLFetch(statement.raw());
    if (behaviour == SQL_CB_PRESERVE) {
        statement.handle().ok(r, "SQLFetch after a commit");
        expect_equal(statement.value(1), "2", "the second row");
    } else {
        statement.handle().fails(r, "24000 HY010", "SQLFetch after a commit");
    }
    statement.close();
    session.end(SQL_COMMIT);
    session.autocommit(true);
}

void interleaved(const Target& target) {
    const Session session{target};
    const auto limit = session.info(SQL_MAX_CONCURRENT_ACTIVITIES);
    if (limit == 1) refuse("one statement at a time");
    const Table table{session, "cs_many", id_and_name};
    table.number(50);
    const Statement first{session};
    const Statement second{session};
    first.direct("SELECT id FROM cs_many ORDER BY id");
    second.direct("SELECT id FROM cs_many ORDER BY id DESC");
    for (int i = 1; i <= 50; ++i) {
        first.fetch();
        second.fetch();
        expect_equal(first.value(1), std::to_string(i), "the first statement");
        expect_equal(second.value(1), std::to_string(51 - i), "the second statement");
    }
}

void idle_cancel(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLCancel(statement.raw()), "SQLCancel of an idle statement");
    statement.direct("SELECT 1");
    statement.fetch();
    expect_equal(statement.value(1), "1", "after it");
}

void cancel_from_a_thread(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    std::jthread canceller{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        SQLCancel(statement.raw());
    }};
    auto r = statement.try_direct(target.dialect->long_query);
    if (r == SQL_SUCCESS) r = SQLFetch(statement.raw());
    canceller.join();
    statement.handle().fails(r, "HY008", "a cancelled query");
}

void cancel_data_at_execution(const Target& target) {
    const Session session{target};
    const Table table{session, "cs_cancel", id_and_name};
    const Statement statement{session};
    statement.prepare("INSERT INTO cs_cancel VALUES (1, ?)");
    SQLLEN later = SQL_DATA_AT_EXEC;
    statement.bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 20, 0, &later, 0, &later);
    expect_equal(SQLExecute(statement.raw()), SQL_NEED_DATA, "SQLExecute");
    statement.handle().ok(SQLCancel(statement.raw()), "SQLCancel");
    expect_equal(session.scalar("SELECT count(*) FROM cs_cancel"), "0", "rows");
    expect_equal(SQLExecute(statement.raw()), SQL_NEED_DATA, "SQLExecute afterwards");
    SQLCancel(statement.raw());
}

void two_threads(const Target& target) {
    const Session session{target};
    std::array<std::string, 2> seen;
    {
        std::array<std::jthread, 2> threads;
        for (std::size_t i = 0; i < threads.size(); ++i) {
            threads[i] = std::jthread{[&session, &seen, i] {
                try {
                    for (int n = 0; n < 50; ++n) {
                        const auto value = std::to_string(i * 1000 + static_cast<std::size_t>(n));
                        if (session.scalar("SELECT " + value) != value) seen[i] = value;
                    }
                } catch (const Ending& ending) {
                    seen[i] = ending.seen;
                }
            }};
        }
    }
    for (const auto& wrong : seen) expect_equal(wrong, "", "in a thread");
}

const Register checks{
    "core",
    {{"prepare.once", "prepared once, executed often", prepare_once},
     {"prepare.query", "a prepared query with other parameters", prepared_query_again},
     {"cursor.24000", "nothing is executed or prepared over an open cursor", open_cursor_blocks},
     {"free-stmt.close", "SQL_CLOSE and SQLCloseCursor", close_forms},
     {"free-stmt.unbind", "SQL_UNBIND", unbind},
     {"free-stmt.reset-params", "SQL_RESET_PARAMS", reset_params},
     {"free-stmt.unknown", "no option of SQLFreeStmt", unknown_option},
     {"cursor-name.set", "SQLSetCursorName, SQLGetCursorName", cursor_name},
     {"cursor-name.automatic", "SQL_CUR…, of at most 18, unique", automatic_cursor_names},
     {"cursor-name.3C000", "a name that another statement has", duplicate_cursor_name},
     {"cursor-name.34000", "a name of the driver's", reserved_cursor_name},
     {"row-count.dml", "SQLRowCount after INSERT, UPDATE, DELETE", row_counts},
     {"row-count.none", "SQL_NO_DATA where no row was hit", no_row_hit},
     {"transactions", "SQLEndTran commits and rolls back", commit_and_rollback},
     {"transactions.environment", "SQLEndTran on an environment", end_on_environment},
     {"transactions.autocommit", "switching autocommit on commits", autocommit_on_commits},
     {"transactions.cursors", "SQL_CURSOR_COMMIT_BEHAVIOR is true", cursors_after_commit},
     {"statements.interleaved", "two results read in turn", interleaved},
     {"cancel.idle", "SQLCancel of a statement that does nothing", idle_cancel},
     {"cancel.thread", "SQLCancel from another thread", cancel_from_a_thread},
     {"cancel.data-at-execution", "SQLCancel instead of data", cancel_data_at_execution},
     {"threads", "two threads on one connection", two_threads}}};

}  // namespace
}  // namespace conformance
