#include "driver/catalog/create_text.h"

#include <utility>

#include "client/sql_lexer.h"

namespace dqlite::odbc::catalog {

namespace {

using client::SqlLexer;
using client::Token;
using client::TokenKind;

/// Reads significant tokens and counts parentheses.
class Reader {
  public:
    explicit Reader(std::string_view sql) : lexer_{sql} {}

    /// The next token; at_end() once there is none.
    const Token& next() {
        if (token_.kind == TokenKind::right_parenthesis && depth_ > 0) --depth_;
        token_ = lexer_.next_significant();
        if (token_.kind == TokenKind::left_parenthesis) ++depth_;
        return token_;
    }
    [[nodiscard]] const Token& token() const { return token_; }
    [[nodiscard]] bool at_end() const {
        return token_.kind == TokenKind::end || token_.kind == TokenKind::illegal;
    }
    /// Of the current token; a parenthesis belongs to what it encloses.
    [[nodiscard]] int depth() const { return depth_; }

  private:
    SqlLexer lexer_;
    Token token_;
    int depth_ = 0;
};

std::string name_of(const Token& token) {
    std::string storage;
    return std::string{client::unquoted(token, storage)};
}

/// Walks the definitions of a CREATE TABLE: the tokens one parenthesis deep.
class TableReader {
  public:
    explicit TableReader(std::string_view sql) : reader_{sql} {}

    TableText read() {
        while (reader_.next(), !reader_.at_end()) {
            if (reader_.depth() == 1) definition_token();
        }
        return std::move(table_);
    }

  private:
    void definition_token() {
        const Token& token = reader_.token();
        if (token.kind == TokenKind::comma) {
            constraint_.clear();
            not_ = false;
            in_foreign_key_ = false;
        } else if (is_word(token, "CONSTRAINT")) {
            constraint_ = name_of(reader_.next());
            in_foreign_key_ = false;
        } else if (is_word(token, "PRIMARY")) {
            table_.primary_key_name = std::exchange(constraint_, {});
        } else if (is_word(token, "REFERENCES")) {
            table_.foreign_keys.push_back({std::exchange(constraint_, {}), SQL_NOT_DEFERRABLE});
            in_foreign_key_ = true;
        } else if (is_word(token, "UNIQUE") || is_word(token, "CHECK")) {
            constraint_.clear();  // it was theirs
        } else {
            deferrability(token);
        }
    }

    void deferrability(const Token& token) {
        const bool negated = std::exchange(not_, is_word(token, "NOT"));
        if (!in_foreign_key_) return;
        SQLSMALLINT& deferrability = table_.foreign_keys.back().deferrability;
        if (is_word(token, "DEFERRABLE") && !negated) {
            deferrability = SQL_INITIALLY_IMMEDIATE;
        } else if (is_word(token, "DEFERRED") && deferrability == SQL_INITIALLY_IMMEDIATE) {
            deferrability = SQL_INITIALLY_DEFERRED;
        }
    }

    Reader reader_;
    TableText table_;
    std::string constraint_;       ///< the name given to the constraint that follows
    bool not_ = false;             ///< the token before was NOT
    bool in_foreign_key_ = false;  ///< behind REFERENCES
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n\f";
    const auto first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// Collects the terms between the parentheses of a CREATE INDEX.
class IndexReader {
  public:
    explicit IndexReader(std::string_view sql) : sql_{sql}, reader_{sql} {}

    IndexText read() {
        while (reader_.next(), !reader_.at_end()) {
            const Token& token = reader_.token();
            if (reader_.depth() == 1) {
                term_token(token);
            } else if (reader_.depth() == 0 && closed_ && is_word(token, "WHERE")) {
                index_.filter = trimmed(sql_.substr(token.offset + token.text.size()));
                break;
            }
        }
        return std::move(index_);
    }

  private:
    void term_token(const Token& token) {
        if (token.kind == TokenKind::left_parenthesis) {
            begin_ = token.offset + 1;
            end_ = 0;
        } else if (token.kind == TokenKind::comma) {
            add_term(token.offset);
            begin_ = token.offset + 1;
        } else if (token.kind == TokenKind::right_parenthesis) {
            add_term(token.offset);
            closed_ = true;
        } else if (end_ == 0 && ends_term(token)) {
            end_ = token.offset;
        }
    }

    static bool ends_term(const Token& token) {
        return is_word(token, "COLLATE") || is_word(token, "ASC") || is_word(token, "DESC");
    }

    void add_term(std::size_t end) {
        if (end_ != 0) end = end_;
        index_.terms.emplace_back(trimmed(sql_.substr(begin_, end - begin_)));
        end_ = 0;
    }

    std::string_view sql_;
    Reader reader_;
    IndexText index_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;  ///< where the term ends before its COLLATE; 0: not seen
    bool closed_ = false;
};

}  // namespace

TableText read_create_table(std::string_view sql) {
    return TableReader{sql}.read();
}

IndexText read_create_index(std::string_view sql) {
    return IndexReader{sql}.read();
}

}  // namespace dqlite::odbc::catalog
