// Bookmarks and SQLBulkOperations.
#include <vector>

#include "tests/driver/live/cursor_fixture.h"

namespace dqlite::test {
namespace {

using Bookmark = std::array<unsigned char, 8>;

class Bookmarks : public OverCursors {
  protected:
    static void use_bookmarks(OdbcStatement& statement) {
        ASSERT_EQ(statement.set(SQL_ATTR_USE_BOOKMARKS, SQLULEN{SQL_UB_VARIABLE}), SQL_SUCCESS);
    }
    void bind_bookmarks(OdbcStatement& statement) {
        ASSERT_EQ(SQLBindCol(statement.handle(), 0, SQL_C_VARBOOKMARK, marks_.data(),
                             sizeof(Bookmark), mark_lengths_.data()),
                  SQL_SUCCESS)
            << statement.message();
    }
    /// A cursor with bookmarks in column 0, on its first rowset.
    void open_with_bookmarks(OdbcStatement& statement, Block& block) {
        use_bookmarks(statement);
        bind_bookmarks(statement);
        open(statement, block);
    }
    static SQLRETURN bulk(OdbcStatement& statement, SQLSMALLINT operation) {
        return SQLBulkOperations(statement.handle(), operation);
    }

    std::array<Bookmark, Block::rows> marks_{};
    std::array<SQLLEN, Block::rows> mark_lengths_{};
};
DQLITE_ON_EACH_GENERATION(Bookmarks);

TEST_P(Bookmarks, LeadBackToTheirRow) {
    OdbcStatement cursor{connection()};
    Block block;
    open_with_bookmarks(cursor, block);
    EXPECT_EQ(mark_lengths_[2], 8);
    Bookmark third = marks_[2];
    ASSERT_EQ(scroll(cursor, SQL_FETCH_LAST), SQL_SUCCESS);
    ASSERT_EQ(cursor.set(SQL_ATTR_FETCH_BOOKMARK_PTR, third.data()), SQL_SUCCESS);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.number[0], 3);
    EXPECT_EQ(marks_[0], third);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK, -2), SQL_SUCCESS);
    EXPECT_EQ(block.number[0], 1);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK, 2), SQL_SUCCESS);
    EXPECT_EQ(block.number[0], 5);
    EXPECT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK, 3), SQL_NO_DATA) << "after the end";
    EXPECT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK, -3), SQL_NO_DATA) << "before the start";
    EXPECT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK, std::numeric_limits<SQLLEN>::max()), SQL_NO_DATA);
    EXPECT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK, std::numeric_limits<SQLLEN>::min()), SQL_NO_DATA);
    third.fill(0xEE);
    EXPECT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY111");
    void* const nothing = nullptr;
    ASSERT_EQ(cursor.set(SQL_ATTR_FETCH_BOOKMARK_PTR, nothing), SQL_SUCCESS);
    EXPECT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY111");
}

TEST_P(Bookmarks, AreThereForReadOnlyCursorsToo) {
    OdbcStatement cursor{connection()};
    use_bookmarks(cursor);
    ASSERT_EQ(cursor.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    ASSERT_EQ(cursor.direct("SELECT count(*), max(words) FROM t GROUP BY id % 2"), SQL_SUCCESS);
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    Bookmark mark{};
    SQLLEN length = 0;
    ASSERT_EQ(SQLGetData(cursor.handle(), 0, SQL_C_VARBOOKMARK, mark.data(), 8, &length),
              SQL_SUCCESS)
        << cursor.message();
    EXPECT_EQ(length, 8);
    EXPECT_EQ(SQLGetData(cursor.handle(), 0, SQL_C_VARBOOKMARK, mark.data(), 8, &length),
              SQL_NO_DATA);
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    const auto second = cursor.text(1);
    ASSERT_EQ(cursor.set(SQL_ATTR_FETCH_BOOKMARK_PTR, mark.data()), SQL_SUCCESS);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK, 1), SQL_SUCCESS);
    EXPECT_EQ(cursor.text(1), second);
}

TEST_P(Bookmarks, AreDescribedAsColumnZero) {
    OdbcStatement cursor{connection()};
    EXPECT_EQ(SQLBindCol(cursor.handle(), 0, SQL_C_VARBOOKMARK, marks_.data(), 8, nullptr),
              SQL_ERROR);
    EXPECT_EQ(cursor.state(), "07009") << "bookmarks are off";
    use_bookmarks(cursor);
    ASSERT_EQ(cursor.direct("SELECT id FROM t"), SQL_SUCCESS);
    SQLSMALLINT type = 0;
    SQLSMALLINT nullable = SQL_NULLABLE;
    SQLULEN size = 0;
    std::array<SQLCHAR, 8> name{};
    ASSERT_EQ(SQLDescribeCol(cursor.handle(), 0, name.data(), 8, nullptr, &type, &size, nullptr,
                             &nullable),
              SQL_SUCCESS)
        << cursor.message();
    EXPECT_EQ(type, SQL_BINARY);
    EXPECT_EQ(size, 8U);
    EXPECT_EQ(nullable, SQL_NO_NULLS);
    SQLLEN length = 0;
    ASSERT_EQ(
        SQLColAttribute(cursor.handle(), 0, SQL_DESC_OCTET_LENGTH, nullptr, 0, nullptr, &length),
        SQL_SUCCESS);
    EXPECT_EQ(length, 8);
    EXPECT_EQ(cursor.set(SQL_ATTR_USE_BOOKMARKS, SQLULEN{SQL_UB_OFF}), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "24000");
}

TEST_P(Bookmarks, ToldWhatIsWrongWithTheirBuffers) {
    for (const auto& [c_type, capacity, state] :
         {std::tuple{SQLSMALLINT{SQL_C_BOOKMARK}, SQLLEN{8}, "07006"},
          std::tuple{SQLSMALLINT{SQL_C_VARBOOKMARK}, SQLLEN{4}, "HY090"}}) {
        OdbcStatement cursor{connection()};
        use_bookmarks(cursor);
        ASSERT_EQ(SQLBindCol(cursor.handle(), 0, c_type, marks_.data(), capacity, nullptr),
                  SQL_SUCCESS)
            << cursor.message();
        ASSERT_EQ(cursor.direct("SELECT id FROM t"), SQL_SUCCESS);
        EXPECT_EQ(cursor.fetch(), SQL_ERROR);
        EXPECT_EQ(cursor.state(), state);
    }
    OdbcStatement cursor{connection()};
    use_bookmarks(cursor);
    bind_bookmarks(cursor);
    ASSERT_EQ(cursor.set(SQL_ATTR_USE_BOOKMARKS, SQLULEN{SQL_UB_OFF}), SQL_SUCCESS);
    ASSERT_EQ(cursor.direct("SELECT id FROM t"), SQL_SUCCESS);
    EXPECT_EQ(cursor.fetch(), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "07009");
}

TEST_P(Bookmarks, OfOdbc2AreNumbers) {
    OdbcStatement cursor{connection()};
    ASSERT_EQ(cursor.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    ASSERT_EQ(cursor.set(SQL_ATTR_USE_BOOKMARKS, SQLULEN{SQL_UB_ON}), SQL_SUCCESS);
    ASSERT_EQ(cursor.direct("SELECT id, words FROM t ORDER BY id"), SQL_SUCCESS);
    SQLULEN rows = 0;
    SQLUSMALLINT status = 0;
    ASSERT_EQ(SQLExtendedFetch(cursor.handle(), SQL_FETCH_ABSOLUTE, 4, &rows, &status),
              SQL_SUCCESS);
    SQLULEN mark = 0;
    ASSERT_EQ(SQLGetStmtAttr(cursor.handle(), SQL_GET_BOOKMARK, &mark, 0, nullptr), SQL_SUCCESS)
        << cursor.message();
    SQLULEN same = 0;
    SQLLEN length = 0;
    ASSERT_EQ(SQLGetData(cursor.handle(), 0, SQL_C_BOOKMARK, &same, sizeof same, &length),
              SQL_SUCCESS)
        << cursor.message();
    EXPECT_EQ(same, mark);
    ASSERT_EQ(SQLExtendedFetch(cursor.handle(), SQL_FETCH_FIRST, 0, &rows, &status), SQL_SUCCESS);
    ASSERT_EQ(SQLExtendedFetch(cursor.handle(), SQL_FETCH_BOOKMARK, static_cast<SQLLEN>(mark),
                               &rows, &status),
              SQL_SUCCESS)
        << cursor.message();
    EXPECT_EQ(cursor.text(2), "four");
}

TEST_P(Bookmarks, StayGoodThroughChangesAndTransactions) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    OdbcStatement cursor{connection()};
    Block block;
    open_with_bookmarks(cursor, block);
    const auto marks = marks_;
    block.put(0, "changed");
    ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS);
    ASSERT_EQ(set_pos(cursor, 2, SQL_DELETE), SQL_SUCCESS);
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    Bookmark wanted = marks[0];
    ASSERT_EQ(cursor.set(SQL_ATTR_FETCH_BOOKMARK_PTR, wanted.data()), SQL_SUCCESS);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.words(0), "changed");
    wanted = marks[1];
    ASSERT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK), SQL_SUCCESS);
    EXPECT_EQ(block.status[0], SQL_ROW_DELETED);
    EXPECT_EQ(block.words(1), "three");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
}

// ---------------------------------------------------------------------------- SQLBulkOperations

TEST_P(Bookmarks, BulkAddGivesTheBookmarksOfTheNewRows) {
    OdbcStatement cursor{connection()};
    Block block;
    open_with_bookmarks(cursor, block);
    for (std::size_t i = 0; i < 4; ++i) {
        block.put(i, 10 + static_cast<std::int64_t>(i), "added " + std::to_string(i));
    }
    block.number_length[1] = SQL_COLUMN_IGNORE;
    block.text_length[2] = SQL_NULL_DATA;
    ASSERT_EQ(bulk(cursor, SQL_ADD), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.status, (std::array<SQLUSMALLINT, 4>{SQL_ROW_ADDED, SQL_ROW_ADDED,
                                                         SQL_ROW_ADDED, SQL_ROW_ADDED}));
    EXPECT_EQ(block.fetched, 4U);
    EXPECT_EQ(cursor.row_count(), 4);
    EXPECT_EQ(query("SELECT id, words FROM t WHERE id > 5 ORDER BY id"),
              (Rows{{"10", "added 0"}, {"11", "added 1"}, {"12", {}}, {"13", "added 3"}}));
    EXPECT_EQ(set_pos(cursor, 1, SQL_POSITION), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY109") << "the position is undefined";
    Bookmark last = marks_[3];
    ASSERT_EQ(cursor.set(SQL_ATTR_FETCH_BOOKMARK_PTR, last.data()), SQL_SUCCESS);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_BOOKMARK), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.number[0], 13);
    EXPECT_EQ(block.words(0), "added 3");
}

TEST_P(Bookmarks, BulkAddNeedsNoFetchAndNoRow) {
    run("CREATE TABLE empty(id INTEGER PRIMARY KEY, words TEXT DEFAULT 'said nothing')");
    OdbcStatement cursor{connection()};
    Block block;
    make_updatable(cursor, SQL_CURSOR_FORWARD_ONLY);
    bind(cursor, block);
    ASSERT_EQ(cursor.direct("SELECT id, words FROM empty"), SQL_SUCCESS) << cursor.message();
    block.number_length.fill(SQL_COLUMN_IGNORE);
    block.text_length.fill(SQL_COLUMN_IGNORE);
    ASSERT_EQ(bulk(cursor, SQL_ADD), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(query("SELECT words, count(*) FROM empty GROUP BY 1"), (Rows{{"said nothing", "4"}}));
}

TEST_P(Bookmarks, BulkAddOfManyRowsIsOneTransactionAndExact) {
    constexpr std::size_t many = 3'000;
    run("CREATE TABLE b(id INTEGER PRIMARY KEY, words TEXT UNIQUE)");
    OdbcStatement cursor{connection()};
    make_updatable(cursor);
    std::vector<std::int64_t> numbers(many);
    std::vector<SQLUSMALLINT> status(many);
    for (std::size_t i = 0; i < many; ++i) numbers[i] = static_cast<std::int64_t>(i);
    numbers[7] = 6;  // there already
    ASSERT_EQ(cursor.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{many}), SQL_SUCCESS);
    ASSERT_EQ(cursor.set(SQL_ATTR_ROW_STATUS_PTR, status.data()), SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(cursor.handle(), 1, SQL_C_SBIGINT, numbers.data(), 0, nullptr),
              SQL_SUCCESS);
    ASSERT_EQ(cursor.direct("SELECT id, words FROM b"), SQL_SUCCESS);
    EXPECT_EQ(bulk(cursor, SQL_ADD), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(cursor.state(), "23000");
    EXPECT_EQ(cursor.row_count(), SQLLEN{many} - 1);
    EXPECT_EQ(status[7], SQL_ROW_ERROR);
    EXPECT_EQ(std::count(status.begin(), status.end(), SQL_ROW_ADDED),
              static_cast<std::ptrdiff_t>(many) - 1);
    EXPECT_EQ(query("SELECT count(*), max(id) FROM b"), (Rows{{"2999", "2999"}}));
    ASSERT_EQ(cursor.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{1}), SQL_SUCCESS);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_LAST), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(numbers[0], 2999);
}

TEST_P(Bookmarks, BulkUpdateFetchAndDeleteGoByBookmark) {
    OdbcStatement cursor{connection()};
    Block block;
    open_with_bookmarks(cursor, block);
    // Rows 4 and 2, in this order.
    std::swap(marks_[0], marks_[3]);
    ASSERT_EQ(cursor.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{2}), SQL_SUCCESS);
    block.put(0, "vier");
    block.put(1, "zwei");
    block.number_length = {SQL_COLUMN_IGNORE, SQL_COLUMN_IGNORE};
    ASSERT_EQ(bulk(cursor, SQL_UPDATE_BY_BOOKMARK), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.status[0], SQL_ROW_UPDATED);
    EXPECT_EQ(block.fetched, 2U);
    EXPECT_EQ(words_of(4), "vier");
    EXPECT_EQ(words_of(2), "zwei");
    block.put(0, "");
    block.put(1, "");
    ASSERT_EQ(bulk(cursor, SQL_FETCH_BY_BOOKMARK), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.number[0], 4);
    EXPECT_EQ(block.words(0), "vier");
    EXPECT_EQ(block.words(1), "zwei");
    EXPECT_EQ(block.status[0], SQL_ROW_SUCCESS);
    ASSERT_EQ(bulk(cursor, SQL_DELETE_BY_BOOKMARK), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.status[1], SQL_ROW_DELETED);
    EXPECT_EQ(query("SELECT id FROM t"), (Rows{{"1"}, {"3"}, {"5"}}));
    ASSERT_EQ(bulk(cursor, SQL_FETCH_BY_BOOKMARK), SQL_SUCCESS);
    EXPECT_EQ(block.status[0], SQL_ROW_DELETED);
    ASSERT_EQ(bulk(cursor, SQL_DELETE_BY_BOOKMARK), SQL_ERROR) << "all rows failed";
    EXPECT_EQ(cursor.state(), "HY109");
}

TEST_P(Bookmarks, BulkTakesDataAtExecution) {
    OdbcStatement cursor{connection()};
    Block block;
    open_with_bookmarks(cursor, block);
    ASSERT_EQ(cursor.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{2}), SQL_SUCCESS);
    for (const SQLSMALLINT operation :
         {SQLSMALLINT{SQL_UPDATE_BY_BOOKMARK}, SQLSMALLINT{SQL_ADD}}) {
        block.number_length = {SQL_COLUMN_IGNORE, SQL_COLUMN_IGNORE};
        block.text_length = {SQL_LEN_DATA_AT_EXEC(9), SQL_LEN_DATA_AT_EXEC(9)};
        ASSERT_EQ(bulk(cursor, operation), SQL_NEED_DATA) << cursor.message();
        SQLPOINTER token = nullptr;
        for (std::size_t row = 0; row < 2; ++row) {
            ASSERT_EQ(SQLParamData(cursor.handle(), &token), SQL_NEED_DATA);
            EXPECT_EQ(token, block.text[row].data());
            std::string piece = "piece " + std::to_string(row);
            ASSERT_EQ(SQLPutData(cursor.handle(), piece.data(), SQL_NTS), SQL_SUCCESS);
        }
        ASSERT_EQ(SQLParamData(cursor.handle(), &token), SQL_SUCCESS) << cursor.message();
    }
    EXPECT_EQ(
        query("SELECT words FROM t ORDER BY id"),
        (Rows{{"piece 0"}, {"piece 1"}, {"three"}, {"four"}, {"five"}, {"piece 0"}, {"piece 1"}}));
}

TEST_P(Bookmarks, BulkTellsWhatIsWrongWithACall) {
    OdbcStatement cursor{connection()};
    EXPECT_EQ(bulk(cursor, SQL_ADD), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY010") << "nothing is executed";
    Block block;
    open(cursor, block);
    EXPECT_EQ(bulk(cursor, 77), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY092");
    for (const int operation :
         {SQL_UPDATE_BY_BOOKMARK, SQL_DELETE_BY_BOOKMARK, SQL_FETCH_BY_BOOKMARK}) {
        EXPECT_EQ(bulk(cursor, static_cast<SQLSMALLINT>(operation)), SQL_ERROR);
        EXPECT_EQ(cursor.state(), "HY092") << "bookmarks are off";
    }
    ASSERT_EQ(cursor.close(), SQL_SUCCESS);
    use_bookmarks(cursor);
    bind_bookmarks(cursor);
    ASSERT_EQ(cursor.direct("SELECT id, words FROM t ORDER BY id"), SQL_SUCCESS);
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    marks_[1].fill(0);
    block.put(0, "first");
    EXPECT_EQ(bulk(cursor, SQL_UPDATE_BY_BOOKMARK), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(cursor.state(), "HY111");
    EXPECT_EQ(block.status[0], SQL_ROW_UPDATED);
    EXPECT_EQ(block.status[1], SQL_ROW_ERROR);
    EXPECT_EQ(bulk(cursor, SQL_FETCH_BY_BOOKMARK), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY111");
    ASSERT_EQ(cursor.close(), SQL_SUCCESS);
    ASSERT_EQ(cursor.direct("SELECT max(id), words FROM t"), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(bulk(cursor, SQL_ADD), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY092") << "it is read-only";
}

TEST_P(Bookmarks, BulkAddsToATableWithoutRowid) {
    run("CREATE TABLE w(id INTEGER PRIMARY KEY, words TEXT) WITHOUT ROWID");
    OdbcStatement cursor{connection()};
    Block block;
    make_updatable(cursor);
    bind(cursor, block, 2);
    ASSERT_EQ(cursor.direct("SELECT id, words FROM w"), SQL_SUCCESS) << cursor.message();
    block.put(0, 8, "eight");
    block.put(1, 9, "nine");
    ASSERT_EQ(bulk(cursor, SQL_ADD), SQL_SUCCESS) << cursor.message();
    block.put(0, 0, "");
    ASSERT_EQ(scroll(cursor, SQL_FETCH_FIRST), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.number[1], 9);
    EXPECT_EQ(block.words(0), "eight");
    ASSERT_EQ(set_pos(cursor, 2, SQL_DELETE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(query("SELECT * FROM w"), (Rows{{"8", "eight"}}));
}

}  // namespace
}  // namespace dqlite::test
