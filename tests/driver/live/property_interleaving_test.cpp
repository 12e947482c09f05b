// Twenty statements of one connection, opened, read, scrolled, closed and executed again in random
// order, with writes, commits and rollbacks between: each reads the rows there were when it was
// executed.
#include <array>
#include <map>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"
#include "tests/support/seed.h"

namespace dqlite::test {
namespace {

using Table = std::map<std::int64_t, std::string>;
constexpr std::int64_t ids = 3000;
constexpr std::size_t readers = 20;

/// A statement, and the rows it has to give.
class Reader {
  public:
    Reader(const OdbcConnection& connection, bool scrolls)
        : statement_{connection}, scrolls_{scrolls} {
        if (scrolls) {
            EXPECT_EQ(statement_.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}),
                      SQL_SUCCESS);
        }
        EXPECT_EQ(statement_.prepare("SELECT id, v FROM t WHERE id BETWEEN ? AND ? ORDER BY id"),
                  SQL_SUCCESS);
        bind_parameter(1, &low_);
        bind_parameter(2, &high_);
        EXPECT_EQ(SQLBindCol(statement_.handle(), 1, SQL_C_SBIGINT, &id_, 0, &lengths_[0]),
                  SQL_SUCCESS);
        EXPECT_EQ(SQLBindCol(statement_.handle(), 2, SQL_C_CHAR, text_.data(), sizeof text_,
                             &lengths_[1]),
                  SQL_SUCCESS);
    }

    void execute(const Table& table, Random& random) {
        close();
        low_ = static_cast<std::int64_t>(random.below(ids));
        high_ = low_ + static_cast<std::int64_t>(random.below(ids));
        ASSERT_EQ(statement_.execute(), SQL_SUCCESS) << statement_.message();
        open_ = true;
        position_ = 0;
        rows_.assign(table.lower_bound(low_), table.upper_bound(high_));
    }
    void close() {
        if (open_) {
            EXPECT_EQ(SQLCloseCursor(statement_.handle()), SQL_SUCCESS) << statement_.message();
        }
        open_ = false;
    }
    /// Reads on, and now and then jumps.
    void read(Random& random) {
        if (!open_) return;
        for (auto left = random.below(300); left > 0 && !::testing::Test::HasFailure(); --left) {
            if (scrolls_ && random.one_in(10)) {
                jump(random);
            } else {
                fetch(SQL_FETCH_NEXT, 0, position_ + 1);
            }
        }
    }

  private:
    void bind_parameter(SQLUSMALLINT number, std::int64_t* value) {
        EXPECT_EQ(SQLBindParameter(statement_.handle(), number, SQL_PARAM_INPUT, SQL_C_SBIGINT,
                                   SQL_BIGINT, 0, 0, value, 0, nullptr),
                  SQL_SUCCESS);
    }
    void jump(Random& random) {
        const auto total = static_cast<std::int64_t>(rows_.size());
        const auto to = 1 + static_cast<std::int64_t>(random.below(rows_.size() + 1));
        switch (random.below(5)) {
            case 0:
                return fetch(SQL_FETCH_FIRST, 0, 1);
            case 1:
                return fetch(SQL_FETCH_LAST, 0, total == 0 ? 1 : total);
            case 2:
                return fetch(SQL_FETCH_ABSOLUTE, to, to);
            case 3:  // from before the first row it would count otherwise
                return position_ < 1 ? fetch(SQL_FETCH_ABSOLUTE, to, to)
                                     : fetch(SQL_FETCH_RELATIVE, to - position_, to);
            default:
                return fetch(SQL_FETCH_PRIOR, 0, position_ - 1);
        }
    }
    /// `to`: the row that has to come, from 1; outside there is none.
    void fetch(SQLSMALLINT orientation, std::int64_t offset, std::int64_t to) {
        const auto total = static_cast<std::int64_t>(rows_.size());
        const auto r = orientation == SQL_FETCH_NEXT && !scrolls_
                           ? statement_.fetch()
                           : SQLFetchScroll(statement_.handle(), orientation, offset);
        position_ = std::clamp<std::int64_t>(to, 0, total + 1);
        if (to < 1 || to > total) {
            ASSERT_EQ(r, SQL_NO_DATA) << statement_.message();
            return;
        }
        ASSERT_EQ(r, SQL_SUCCESS) << statement_.message();
        const auto& [id, text] = rows_[static_cast<std::size_t>(to - 1)];
        ASSERT_EQ(id_, id);
        ASSERT_STREQ(text_.data(), text.c_str());
    }

    OdbcStatement statement_;
    bool scrolls_;
    bool open_ = false;
    std::int64_t low_ = 0;
    std::int64_t high_ = 0;
    std::int64_t position_ = 0;  // of the cursor; 0: before the first row
    std::int64_t id_ = 0;
    std::array<char, 256> text_{};
    std::array<SQLLEN, 2> lengths_{};
    std::vector<std::pair<std::int64_t, std::string>> rows_;
};

class PropertyInterleaving : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
        run(
            fmt::format("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                        "WHERE i < {}) INSERT INTO t SELECT i, 'row ' || i FROM n",
                        ids));
        for (std::int64_t id = 1; id <= ids; ++id) table_[id] = fmt::format("row {}", id);
        for (std::size_t i = 0; i < readers; ++i) {
            readers_.push_back(std::make_unique<Reader>(connection(), i % 2 == 0));
        }
    }
    void TearDown() override {
        readers_.clear();
        OnOneNode::TearDown();
    }
    void write() {
        const auto id = 1 + static_cast<std::int64_t>(random_.below(ids));
        switch (random_.below(3)) {
            case 0: {
                const std::string text(random_.below(200), 'x');
                run(fmt::format("REPLACE INTO t VALUES ({}, '{}')", id, text));
                table_[id] = text;
                break;
            }
            case 1:
                run(fmt::format("UPDATE t SET v = v || '+' WHERE id > {} AND length(v) < 200", id));
                for (auto& [key, text] : table_) {
                    if (key > id && text.size() < 200) text += '+';
                }
                break;
            default:
                run(fmt::format("DELETE FROM t WHERE id BETWEEN {} AND {}", id, id + 20));
                table_.erase(table_.lower_bound(id), table_.upper_bound(id + 20));
                break;
        }
    }
    void end_transaction() {
        if (random_.one_in(2)) {
            ASSERT_EQ(connection().commit(), SQL_SUCCESS) << connection().message();
            committed_ = table_;
        } else {
            ASSERT_EQ(connection().rollback(), SQL_SUCCESS) << connection().message();
            table_ = committed_;
        }
    }
    void steps(int total, bool transactions) {
        committed_ = table_;
        for (int step = 0; step < total && !HasFailure(); ++step) {
            Reader& reader = *readers_[random_.below(readers)];
            switch (random_.below(12)) {
                case 0:
                case 1:
                    reader.execute(table_, random_);
                    break;
                case 2:
                    reader.close();
                    break;
                case 3:
                    write();
                    break;
                case 4:
                    if (transactions) end_transaction();
                    break;
                default:
                    reader.read(random_);
            }
        }
    }

  private:
    Random random_;
    Table table_;
    Table committed_;
    std::vector<std::unique_ptr<Reader>> readers_;
};
DQLITE_ON_EACH_GENERATION(PropertyInterleaving);

TEST_P(PropertyInterleaving, InAutocommit) {
    steps(600, false);
}

TEST_P(PropertyInterleaving, InTransactions) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    steps(600, true);
}

}  // namespace
}  // namespace dqlite::test
