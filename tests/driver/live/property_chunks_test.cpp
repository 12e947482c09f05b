// A value read by SQLGetData in pieces of random sizes comes together as it was stored: text in
// either character set, binary and hexadecimal, columns in any order and again, bound ones too, in
// any row of a block.
#include <array>
#include <cstring>
#include <numeric>

#include "tests/driver/live/fixture.h"
#include "tests/driver/live/value_model.h"

namespace dqlite::test {
namespace {

constexpr std::size_t row_total = 12;
constexpr std::size_t columns = 4;  // two of text, two of bytes

class PropertyChunks : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE c (id INTEGER PRIMARY KEY, t1 TEXT, t2 TEXT, b1 BLOB, b2 BLOB)");
        OdbcStatement insert{connection()};
        ASSERT_EQ(insert.prepare("INSERT INTO c (t1, t2, b1, b2) VALUES (?, ?, ?, ?)"),
                  SQL_SUCCESS);
        for (auto& row : values_) {
            std::array<SQLLEN, columns> lengths{};
            for (std::size_t i = 0; i < columns; ++i) {
                const bool text = i < 2;
                row[i] = text ? random_text() : random_bytes();
                lengths[i] = static_cast<SQLLEN>(row[i].size());
                ASSERT_EQ(SQLBindParameter(insert.handle(), static_cast<SQLUSMALLINT>(i + 1),
                                           SQL_PARAM_INPUT, text ? SQL_C_CHAR : SQL_C_BINARY,
                                           text ? SQL_LONGVARCHAR : SQL_LONGVARBINARY, 100'000, 0,
                                           row[i].data(), 0, &lengths[i]),
                          SQL_SUCCESS);
            }
            ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
        }
    }
    /// Reads a column of the current row in random pieces, as a random C type, and compares.
    void read(OdbcStatement& statement, std::size_t row, std::size_t column) {
        const std::string& value = values_[row][column];
        const bool blob = column >= 2;
        SCOPED_TRACE("row " + std::to_string(row) + " column " + std::to_string(column));
        const auto number = static_cast<SQLUSMALLINT>(column + 1);
        const auto kind = random_.below(3);
        if (kind == 0) {
            EXPECT_EQ(pieces(statement, number, SQL_C_BINARY, 0), value);
            return;
        }
        const std::string text = blob ? hex(value) : value;
        if (kind == 1) {
            EXPECT_EQ(pieces(statement, number, SQL_C_CHAR, 1), text);
        } else {
            EXPECT_EQ(pieces(statement, number, SQL_C_WCHAR, 2), utf16(text));
        }
    }
    Random& random() { return random_; }

  private:
    /// `end`: bytes of the terminating character.
    std::string pieces(OdbcStatement& statement, SQLUSMALLINT number, SQLSMALLINT c_type,
                       std::size_t end) {
        std::string all;
        const std::size_t step = std::max<std::size_t>(end, 1);
        for (SQLLEN left = -1;;) {
            // A pair of digits and a NUL at least; now and then only the length is asked for.
            const bool probe = random_.one_in(7);
            const std::size_t room =
                probe ? 0 : (3 + random_.below(random_.one_in(4) ? 2000 : 20)) * step;
            std::string buffer(room + 8, '\x5A');
            SQLLEN length = -99;
            const auto r = SQLGetData(statement.handle(), number, c_type, buffer.data(),
                                      static_cast<SQLLEN>(room), &length);
            if (!SQL_SUCCEEDED(r)) {
                ADD_FAILURE() << statement.message();
                return all;
            }
            EXPECT_EQ(buffer.find_first_not_of('\x5A', room), std::string::npos);
            EXPECT_GE(length, 0);
            EXPECT_TRUE(left == -1 || left == length) << left << " left, then " << length;
            left = length;
            const auto whole = static_cast<std::size_t>(length);
            if (r == SQL_SUCCESS) {
                all.append(buffer, 0, whole);
                break;
            }
            EXPECT_EQ(statement.state(), "01004");
            if (room == 0) continue;
            std::size_t given = room - end;
            // Digits of a byte stay together.
            if (number > 2 && c_type != SQL_C_BINARY) given = given / (2 * step) * (2 * step);
            all.append(buffer, 0, given);
            left -= static_cast<SQLLEN>(given);
        }
        char none = 0;
        SQLLEN length = -99;
        EXPECT_EQ(SQLGetData(statement.handle(), number, c_type, &none, 0, &length), SQL_NO_DATA);
        return all;
    }
    std::string random_text() {
        constexpr std::array letters{"a", "é", "漢", "😀", "𝄞", "\t"};
        std::string text;
        const auto size = random_.below(random_.one_in(3) ? 4000 : 60);
        for (std::size_t i = 0; i < size; ++i) text += random_.pick(letters);
        return text;
    }
    std::string random_bytes() {
        std::string bytes(random_.below(random_.one_in(3) ? 9000 : 60), '\0');
        for (char& byte : bytes) byte = static_cast<char>(random_.bits());
        return bytes;
    }
    static std::string hex(const std::string& bytes) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        std::string text;
        for (const char byte : bytes) {
            text += digits[static_cast<unsigned char>(byte) >> 4U];
            text += digits[static_cast<unsigned char>(byte) & 15U];
        }
        return text;
    }

    Random random_;
    std::array<std::array<std::string, columns>, row_total> values_;
};
DQLITE_ON_EACH_GENERATION(PropertyChunks);

TEST_P(PropertyChunks, ComeTogetherInAnyOrder) {
    for (int round = 0; round < 10 && !HasFailure(); ++round) {
        OdbcStatement statement{connection()};
        std::array<char, 40> bound{};
        SQLLEN bound_length = 0;
        if (random().one_in(2)) {
            // A bound column can be read by SQLGetData too.
            const auto number = static_cast<SQLUSMALLINT>(1 + random().below(columns));
            ASSERT_EQ(SQLBindCol(statement.handle(), number, SQL_C_BINARY, bound.data(),
                                 bound.size(), &bound_length),
                      SQL_SUCCESS);
        }
        ASSERT_EQ(statement.direct("SELECT t1, t2, b1, b2 FROM c ORDER BY id"), SQL_SUCCESS);
        for (std::size_t row = 0; row < row_total; ++row) {
            ASSERT_TRUE(SQL_SUCCEEDED(statement.fetch())) << statement.message();
            for (std::size_t before = columns, read_now = 0; read_now < 6; ++read_now) {
                // Asking for the same column again would go on with it.
                const auto column = random().below(columns);
                if (column == before) continue;
                before = column;
                read(statement, row, column);
            }
        }
    }
}

TEST_P(PropertyChunks, ComeTogetherInBlocks) {
    for (int round = 0; round < 10 && !HasFailure(); ++round) {
        OdbcStatement statement{connection()};
        const std::size_t block = 1 + random().below(row_total);
        SQLULEN fetched = 0;
        ASSERT_EQ(statement.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
        ASSERT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{block}), SQL_SUCCESS);
        ASSERT_EQ(statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched), SQL_SUCCESS);
        ASSERT_EQ(statement.direct("SELECT t1, t2, b1, b2 FROM c ORDER BY id"), SQL_SUCCESS);
        for (int step = 0; step < 6; ++step) {
            const std::size_t first = random().below(row_total);
            ASSERT_EQ(SQLFetchScroll(statement.handle(), SQL_FETCH_ABSOLUTE,
                                     static_cast<SQLLEN>(first + 1)),
                      SQL_SUCCESS)
                << statement.message();
            EXPECT_EQ(fetched, std::min(block, row_total - first));
            for (int repeat = 0; repeat < 3; ++repeat) {
                const auto row = random().below(fetched);
                ASSERT_EQ(SQLSetPos(statement.handle(), static_cast<SQLSETPOSIROW>(row + 1),
                                    SQL_POSITION, SQL_LOCK_NO_CHANGE),
                          SQL_SUCCESS)
                    << statement.message();
                read(statement, first + row, random().below(columns));
            }
        }
    }
}

}  // namespace
}  // namespace dqlite::test
