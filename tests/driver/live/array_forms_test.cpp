// Every form of statement an array of parameters could be rewritten for, run as an array and set by
// set in one transaction: the same sets fail, and the same rows are in every table afterwards.
#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"
#include "tests/support/seed.h"

namespace dqlite::test {
namespace {

/// What runs before, by semicolons at the end of a line, and the statement with its markers for an
/// integer and a text.
struct Form {
    const char* setup;
    const char* sql;
};

constexpr auto forms = std::to_array<Form>({
    // Plain rows, and constraints that some of them break.
    {"CREATE TABLE x (a, b)", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b)", "INSERT INTO \"x\" (b, a) VALUES (?, ?) -- the end"},
    {"CREATE TABLE x (a, b)", "INSERT INTO main.x VALUES (?, ?)"},
    {"CREATE TABLE x (a INTEGER PRIMARY KEY, b TEXT)", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a INTEGER PRIMARY KEY AUTOINCREMENT, b)", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (k INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE, b)",
     "INSERT INTO x (a, b) VALUES (?, ?)"},
    {"CREATE TABLE x (a INT, b TEXT NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a INTEGER, b TEXT) STRICT", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a REAL, b INTEGER) STRICT", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a REAL CHECK (a < 40), b NUMERIC NOT NULL)", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b);\nCREATE UNIQUE INDEX u ON x (b) WHERE a > 30",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a UNIQUE ON CONFLICT REPLACE, b NOT NULL ON CONFLICT IGNORE)",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a UNIQUE ON CONFLICT FAIL, b)", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TEMP TABLE x (a UNIQUE, b)", "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b);\nCREATE TEMP TABLE x (a UNIQUE, b)", "INSERT INTO x VALUES (?, ?)"},
    // Conflicts that are settled.
    {"CREATE TABLE x (a PRIMARY KEY, b)", "INSERT OR IGNORE INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a PRIMARY KEY, b UNIQUE)", "INSERT OR REPLACE INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a PRIMARY KEY, b)", "REPLACE INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a PRIMARY KEY, b NOT NULL)", "INSERT OR ABORT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a PRIMARY KEY, b)", "INSERT OR FAIL INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a PRIMARY KEY, b, n DEFAULT 0)",
     "INSERT INTO x (a, b) VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET n = n + 1, b = excluded.b"},
    {"CREATE TABLE x (a PRIMARY KEY, b UNIQUE)",
     "INSERT INTO x VALUES (?, ?) ON CONFLICT (a) DO NOTHING"},
    {"CREATE TABLE x (a PRIMARY KEY, b UNIQUE, n DEFAULT 0)",
     "INSERT INTO x AS t (a, b) VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET n = t.n + 1 "
     "WHERE t.n < 2 ON CONFLICT DO UPDATE SET n = -1"},
    {"CREATE TABLE x (a PRIMARY KEY, b, c)",
     "INSERT INTO x (a, b) VALUES (?, ?) ON CONFLICT (a) DO UPDATE SET c = (SELECT count(*) "
     "FROM x)"},
    // Expressions.
    {"CREATE TABLE x (a, b, c)", "INSERT INTO x VALUES (?, ?, 'it''s ?')"},
    {"CREATE TABLE x (a, b, c DEFAULT 7, d DEFAULT 'd')", "INSERT INTO x (b, a) VALUES (?, ?)"},
    {"CREATE TABLE x (a, b, c)", "INSERT INTO x VALUES (abs(? - 50), upper(?), NULL)"},
    {"CREATE TABLE x (a, b, c)",
     "INSERT INTO x VALUES (CAST(? AS TEXT), ifnull(?, x'00') || 'x', -1.5e3)"},
    {"CREATE TABLE x (a, b, c)", "INSERT INTO x VALUES (? + 1, ? IS NULL, NOT true)"},
    {"CREATE TABLE x (a, b, c GENERATED ALWAYS AS (a * 2) STORED, d AS (b || a))",
     "INSERT INTO x (a, b) VALUES (?, ?)"},
    {"CREATE TABLE x (a, b, c)", "INSERT INTO x VALUES (?, ?, (SELECT count(*) FROM x))"},
    {"CREATE TABLE x (a, b, c)",
     "INSERT INTO x VALUES (?, ?, EXISTS (SELECT 1 FROM x WHERE a = 5))"},
    {"CREATE TABLE x (a, b, c)", "INSERT INTO x VALUES (?, ?, last_insert_rowid())"},
    {"CREATE TABLE x (a, b, c, d)", "INSERT INTO x VALUES (?, ?, changes(), total_changes())"},
    {"CREATE TABLE x (a, b, c DEFAULT (changes()))", "INSERT INTO x (a, b) VALUES (?, ?)"},
    {"CREATE TABLE x (a, b, c DEFAULT (last_insert_rowid()))",
     "INSERT INTO x (a, b) VALUES (?, ?)"},
    {"CREATE TABLE x (a, b, c DEFAULT (total_changes()))", "INSERT INTO x (a, b) VALUES (?, ?)"},
    {"CREATE TABLE x (a, b)", "INSERT INTO x VALUES (?2, ?1)"},
    {"CREATE TABLE x (a, b)", "INSERT INTO x VALUES (:a, $b)"},
    {"CREATE TABLE x (a, b)", "INSERT INTO x VALUES (?, 1), (0, ?)"},
    {"CREATE TABLE x (a, b)", "INSERT INTO x VALUES (? -- a comment\n, ?)"},
    // Rows from elsewhere.
    {"CREATE TABLE x (a, b, c)", "INSERT INTO x SELECT ?, ?, coalesce(max(a), 0) FROM x"},
    {"CREATE TABLE x (a, b, c)",
     "WITH n(c) AS (SELECT count(*) FROM x) INSERT INTO x SELECT ?, ?, c FROM n"},
    {"CREATE TABLE x (a, b)", "INSERT INTO x SELECT ?, ? WHERE (SELECT count(*) FROM x) < 20"},
    // Changes of what is there.
    {"CREATE TABLE x (a, b);\nINSERT INTO x VALUES (1, 'p'), (2, 'q'), (3, 'r')",
     "UPDATE x SET a = a + ?, b = ?"},
    {"CREATE TABLE x (a UNIQUE, b);\nINSERT INTO x VALUES (1, 'p'), (2, 'q'), (3, 'r')",
     "UPDATE OR REPLACE x SET a = ? WHERE b <> ?"},
    {"CREATE TABLE x (a, b);\nWITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
     "WHERE i < 60) INSERT INTO x SELECT i, i FROM n",
     "DELETE FROM x WHERE a = ? OR b = ?"},
    // Triggers that see the rows one after the other.
    {"CREATE TABLE x (a, b);\nCREATE TABLE log (n, m);\n"
     "CREATE TRIGGER r AFTER INSERT ON x BEGIN "
     "INSERT INTO log SELECT count(*), max(a) FROM x; END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b);\nCREATE TRIGGER r BEFORE INSERT ON x "
     "WHEN (SELECT count(*) FROM x WHERE a = NEW.a) > 1 BEGIN "
     "SELECT RAISE(IGNORE); END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b);\nCREATE TRIGGER r BEFORE INSERT ON x WHEN NEW.b IS NULL BEGIN "
     "SELECT RAISE(ABORT, 'no text'); END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b);\nCREATE TRIGGER r AFTER INSERT ON x WHEN NEW.b IS NULL BEGIN "
     "SELECT RAISE(FAIL, 'no text'); END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b);\nCREATE TABLE log (c, l);\n"
     "CREATE TRIGGER r AFTER INSERT ON x BEGIN "
     "INSERT INTO log VALUES (changes(), last_insert_rowid()); END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a, b);\nCREATE TEMP TRIGGER r AFTER INSERT ON main.x BEGIN "
     "UPDATE x SET b = changes() WHERE a = NEW.a; END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE t (a UNIQUE, b, n);\nCREATE VIEW x AS SELECT a, b FROM t;\n"
     "CREATE TRIGGER r INSTEAD OF INSERT ON x BEGIN "
     "INSERT OR IGNORE INTO t SELECT NEW.a, NEW.b, count(*) FROM t; END",
     "INSERT INTO x VALUES (?, ?)"},
    // Foreign keys, checked when a statement ends.
    {"CREATE TABLE x (a INTEGER PRIMARY KEY, b, p DEFAULT 20 REFERENCES x (a))",
     "INSERT INTO x (a, b) VALUES (?, ?)"},
    {"CREATE TABLE x (a INTEGER PRIMARY KEY, b, p DEFAULT 20 REFERENCES X)",
     "INSERT OR IGNORE INTO x (a, b) VALUES (?, ?)"},
    {"CREATE TABLE p (k PRIMARY KEY);\nINSERT INTO p VALUES ('b0'), ('b1'), (3);\n"
     "CREATE TABLE x (a, b REFERENCES p)",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE p (k PRIMARY KEY);\nCREATE TABLE x (a, b REFERENCES p);\n"
     "CREATE TRIGGER r AFTER INSERT ON x WHEN NEW.a > 50 BEGIN "
     "INSERT OR IGNORE INTO p VALUES ('b1'), ('b2'); END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE t (a INTEGER PRIMARY KEY, b, p DEFAULT 20 REFERENCES t);\n"
     "CREATE VIEW x AS SELECT a, b FROM t;\nCREATE TRIGGER r INSTEAD OF INSERT ON x BEGIN "
     "INSERT INTO t (a, b) VALUES (NEW.a, NEW.b); END",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a UNIQUE, b UNIQUE);\nCREATE TABLE c (r REFERENCES x (a));\n"
     "INSERT INTO x VALUES (1, 'b1'), (2, 'b2');\nINSERT INTO c VALUES (1), (2)",
     "REPLACE INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a UNIQUE, b UNIQUE ON CONFLICT REPLACE);\n"
     "CREATE TABLE c (r REFERENCES x (a));\n"
     "INSERT INTO x VALUES (1, 'b1'), (2, 'b2');\nINSERT INTO c VALUES (1), (2)",
     "INSERT INTO x VALUES (?, ?)"},
    {"CREATE TABLE x (a UNIQUE, b UNIQUE);\nCREATE TABLE c (r REFERENCES x (a));\n"
     "INSERT INTO x VALUES (1, 'b1'), (2, 'b2');\nINSERT INTO c VALUES (1), (2)",
     "INSERT INTO x VALUES (?, ?) ON CONFLICT (b) DO UPDATE SET a = excluded.a"},
});

constexpr std::size_t set_count = 120;

/// Sets with repetitions and NULLs.
struct Set {
    std::int64_t number = 0;
    SQLLEN number_length = 0;
    std::array<char, 16> text{};
    SQLLEN text_length = 0;
    SQLUSMALLINT operation = SQL_PARAM_PROCEED;
};
using Sets = std::array<Set, set_count>;

Sets make_sets(std::uint64_t seed) {
    std::mt19937_64 random{seed};
    Sets sets;
    for (Set& set : sets) {
        set.number = static_cast<std::int64_t>(random() % 60);
        set.number_length = random() % 20 == 0 ? SQL_NULL_DATA : 0;
        const std::string text = fmt::format("b{}", random() % 40);
        std::copy(text.begin(), text.end(), set.text.begin());
        set.text_length = random() % 15 == 0 ? SQL_NULL_DATA : static_cast<SQLLEN>(text.size());
        if (random() % 9 == 0) set.operation = SQL_PARAM_IGNORE;
    }
    return sets;
}

enum class Layout { rows, rows_at_an_offset, columns };

/// The sets as an application lays them out for SQL_ATTR_PARAM_BIND_TYPE.
class Buffers {
  public:
    Buffers(const Sets& sets, Layout layout) : layout_{layout}, rows_{sets} {
        for (std::size_t i = 0; i < set_count; ++i) {
            numbers_[i] = sets[i].number;
            number_lengths_[i] = sets[i].number_length;
            texts_[i] = sets[i].text;
            text_lengths_[i] = sets[i].text_length;
            operations_[i] = sets[i].operation;
        }
    }
    void bind(OdbcStatement& statement) {
        const bool by_column = layout_ == Layout::columns;
        ASSERT_EQ(statement.set(SQL_ATTR_PARAM_BIND_TYPE,
                                by_column ? SQLULEN{SQL_PARAM_BIND_BY_COLUMN} : sizeof(Set)),
                  SQL_SUCCESS);
        ASSERT_EQ(statement.set(SQL_ATTR_PARAM_OPERATION_PTR, operations_.data()), SQL_SUCCESS);
        if (layout_ == Layout::rows_at_an_offset) {
            // As pyodbc does: what is bound are offsets alone (never 0, which would be no pointer).
            offset_ = reinterpret_cast<SQLULEN>(rows_.data()) - sizeof(Set);
            ASSERT_EQ(statement.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset_), SQL_SUCCESS);
            bind_at(statement, at(offsetof(Set, number)), at(offsetof(Set, number_length)),
                    at(offsetof(Set, text)), at(offsetof(Set, text_length)));
        } else if (by_column) {
            bind_at(statement, numbers_.data(), number_lengths_.data(), texts_.data(),
                    text_lengths_.data());
        } else {
            Set& first = rows_[0];
            bind_at(statement, &first.number, &first.number_length, &first.text,
                    &first.text_length);
        }
    }

  private:
    static void* at(std::size_t offset) { return reinterpret_cast<void*>(sizeof(Set) + offset); }
    static void bind_at(OdbcStatement& statement, void* number, void* number_length, void* text,
                        void* text_length) {
        ASSERT_EQ(
            SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0,
                             0, number, 0, static_cast<SQLLEN*>(number_length)),
            SQL_SUCCESS);
        ASSERT_EQ(SQLBindParameter(statement.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR,
                                   sizeof(Set::text), 0, text, sizeof(Set::text),
                                   static_cast<SQLLEN*>(text_length)),
                  SQL_SUCCESS);
    }

    Layout layout_;
    SQLULEN offset_ = 0;
    Sets rows_;
    std::array<std::int64_t, set_count> numbers_{};
    std::array<SQLLEN, set_count> number_lengths_{};
    std::array<std::array<char, 16>, set_count> texts_{};
    std::array<SQLLEN, set_count> text_lengths_{};
    std::array<SQLUSMALLINT, set_count> operations_{};
};

/// What an execution of all sets left behind.
struct Outcome {
    std::vector<SQLUSMALLINT> status;
    SQLLEN rows = 0;
    std::string tables;
    bool failed = false;  ///< any set
};

class ArrayForms : public OnOneNode {
  protected:
    /// A connection to a database of its own, in which the form's setup has run.
    std::unique_ptr<OdbcConnection> prepared_database(const Form& form) {
        const std::string name = fmt::format("forms{}", ++databases_);
        auto made = std::make_unique<OdbcConnection>(
            connection_string(node().address(), "Database=" + name));
        std::string_view left = form.setup;
        while (!left.empty()) {
            const auto end = std::min(left.find(";\n"), left.size());
            OdbcStatement statement{*made};
            EXPECT_EQ(statement.direct(std::string{left.substr(0, end)}), SQL_SUCCESS)
                << statement.message();
            left.remove_prefix(std::min(end + 2, left.size()));
        }
        return made;
    }

    static std::string dump(const OdbcConnection& connection) {
        OdbcStatement statement{connection};
        std::string text;
        for (const auto& row : statement.query(
                 "SELECT 'main', name FROM main.sqlite_schema WHERE type = 'table' UNION ALL "
                 "SELECT 'temp', name FROM temp.sqlite_schema WHERE type = 'table' ORDER BY 1, "
                 "2")) {
            const std::string table = fmt::format("{}.\"{}\"", *row[0], *row[1]);
            std::string columns;
            for (const auto& column : statement.query(fmt::format(
                     "SELECT name FROM pragma_table_xinfo('{}', '{}')", *row[1], *row[0]))) {
                columns +=
                    fmt::format("{}quote({})", columns.empty() ? "" : " || ',' || ", *column[0]);
            }
            auto rows = statement.query(
                fmt::format("SELECT rowid || ': ' || {} FROM {} ORDER BY rowid", columns, table));
            if (rows.size() == 1 && rows[0][0]->find("rowid") != std::string::npos) {
                rows = statement.query(fmt::format("SELECT {} FROM {} ORDER BY 1", columns, table));
            }
            text += table + "\n";
            for (const auto& one : rows) text += "  " + one[0].value_or("NULL") + "\n";
        }
        return text;
    }

    Outcome one_by_one(const Form& form, const Sets& sets) {
        const auto made = prepared_database(form);
        Outcome outcome;
        EXPECT_EQ(made->autocommit(false), SQL_SUCCESS);
        {
            OdbcStatement statement{*made};
            EXPECT_EQ(statement.prepare(form.sql), SQL_SUCCESS) << statement.message();
            for (Set set : sets) {
                if (set.operation == SQL_PARAM_IGNORE) {
                    outcome.status.push_back(SQL_PARAM_UNUSED);
                    continue;
                }
                SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT,
                                 0, 0, &set.number, 0, &set.number_length);
                SQLBindParameter(statement.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR,
                                 set.text.size(), 0, set.text.data(), 0, &set.text_length);
                const auto r = statement.execute();
                const bool good = SQL_SUCCEEDED(r) || r == SQL_NO_DATA;
                outcome.status.push_back(good ? SQL_PARAM_SUCCESS : SQL_PARAM_ERROR);
                if (!good) outcome.failed = true;
                if (good) outcome.rows += statement.row_count();
            }
        }
        EXPECT_EQ(made->commit(), SQL_SUCCESS) << made->message();
        outcome.tables = dump(*made);
        return outcome;
    }

    Outcome as_array(const Form& form, const Sets& sets, Layout layout, bool with_status) {
        const auto made = prepared_database(form);
        Outcome outcome;
        outcome.status.assign(set_count, 99);
        {
            Buffers buffers{sets, layout};
            OdbcStatement statement{*made};
            EXPECT_EQ(statement.prepare(form.sql), SQL_SUCCESS) << statement.message();
            EXPECT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{set_count}), SQL_SUCCESS);
            if (with_status) {
                EXPECT_EQ(statement.set(SQL_ATTR_PARAM_STATUS_PTR, outcome.status.data()),
                          SQL_SUCCESS);
            }
            buffers.bind(statement);
            const auto r = statement.execute();
            outcome.failed = !(r == SQL_SUCCESS || r == SQL_NO_DATA);
            if (SQL_SUCCEEDED(r) || r == SQL_NO_DATA) outcome.rows = statement.row_count();
            if (r == SQL_ERROR && with_status) {  // only where no set was good
                EXPECT_EQ(std::ranges::count(outcome.status, SQL_PARAM_SUCCESS), 0)
                    << statement.message();
            }
        }
        outcome.tables = dump(*made);
        return outcome;
    }

  private:
    int databases_ = 0;
};
DQLITE_ON_EACH_GENERATION(ArrayForms);

TEST_P(ArrayForms, GiveTheRowsOfOneByOne) {
    const std::uint64_t seed = test_seed();
    std::uint64_t next = seed;
    for (const Form& form : forms) {
        SCOPED_TRACE(fmt::format("DQLITE_TEST_SEED={}\n{}\n{}", seed, form.setup, form.sql));
        const Sets sets = make_sets(next++);
        const Outcome expected = one_by_one(form, sets);
        const auto layout = static_cast<Layout>(next % 3);
        const Outcome array = as_array(form, sets, layout, true);
        EXPECT_EQ(array.failed, expected.failed);
        EXPECT_EQ(array.status, expected.status);
        EXPECT_EQ(array.rows, expected.rows);
        EXPECT_EQ(array.tables, expected.tables);
    }
}

// A lost row must never look like success: nothing of the array is in.
TEST_P(ArrayForms, WithoutAStatusArrayOneBadSetUndoesAll) {
    const std::uint64_t seed = test_seed();
    std::uint64_t next = seed;
    for (const Form& form : forms) {
        SCOPED_TRACE(fmt::format("DQLITE_TEST_SEED={}\n{}\n{}", seed, form.setup, form.sql));
        const Sets sets = make_sets(next++);
        const Outcome expected = one_by_one(form, sets);
        const Outcome array = as_array(form, sets, Layout::rows, false);
        EXPECT_EQ(array.failed, expected.failed);
        EXPECT_EQ(array.tables, expected.failed ? dump(*prepared_database(form)) : expected.tables);
    }
}

// The first bad set ends the transaction, and with it the array: nothing is in.
TEST_P(ArrayForms, OrRollbackEndsTheArray) {
    const Form form{"CREATE TABLE x (a UNIQUE, b)", "INSERT OR ROLLBACK INTO x VALUES (?, ?)"};
    const auto made = prepared_database(form);
    const Sets sets = make_sets(1);
    Buffers buffers{sets, Layout::columns};
    std::array<SQLUSMALLINT, set_count> status{};
    OdbcStatement statement{*made};
    ASSERT_EQ(statement.prepare(form.sql), SQL_SUCCESS);
    ASSERT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{set_count}), SQL_SUCCESS);
    ASSERT_EQ(statement.set(SQL_ATTR_PARAM_STATUS_PTR, status.data()), SQL_SUCCESS);
    buffers.bind(statement);
    EXPECT_EQ(statement.execute(), SQL_ERROR);
    EXPECT_EQ(statement.state(), "40001") << statement.message();
    EXPECT_EQ(std::ranges::count(status, SQL_PARAM_ERROR), 1);
    EXPECT_EQ(status.back(), SQL_PARAM_UNUSED);
    EXPECT_EQ(statement.query("SELECT count(*) FROM x"), (Rows{{"0"}}));
}

TEST_P(ArrayForms, EveryRowDrawsItsOwnRandomNumber) {
    const Form form{"CREATE TABLE x (a, b, r, d DEFAULT (random()))",
                    "INSERT INTO x (a, b, r) VALUES (?, ?, random())"};
    const auto made = prepared_database(form);
    Sets sets = make_sets(2);
    for (Set& set : sets) set.operation = SQL_PARAM_PROCEED;
    Buffers buffers{sets, Layout::rows};
    OdbcStatement statement{*made};
    ASSERT_EQ(statement.prepare(form.sql), SQL_SUCCESS);
    ASSERT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{set_count}), SQL_SUCCESS);
    buffers.bind(statement);
    ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
    const std::string all = std::to_string(set_count);
    OdbcStatement count{*made};
    EXPECT_EQ(count.query("SELECT count(DISTINCT r), count(DISTINCT d) FROM x"),
              (Rows{{all, all}}));
}

// SQL_PARAM_ARRAY_SELECTS tells SQL_PAS_NO_SELECT.
TEST_P(ArrayForms, AStatementWithRowsIsRefused) {
    SQLUINTEGER told = 0;
    ASSERT_EQ(SQLGetInfo(connection().handle(), SQL_PARAM_ARRAY_SELECTS, &told, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(told, SQLUINTEGER{SQL_PAS_NO_SELECT});
    Buffers buffers{make_sets(3), Layout::rows};
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.prepare("SELECT ?, ?"), SQL_SUCCESS);
    ASSERT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{set_count}), SQL_SUCCESS);
    buffers.bind(statement);
    EXPECT_EQ(statement.execute(), SQL_ERROR);
    EXPECT_EQ(statement.state(), "HYC00");
}

}  // namespace
}  // namespace dqlite::test
