#include "driver/describe/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace dqlite::odbc {
namespace {

using client::Token;
using client::TokenKind;

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

constexpr std::array<std::string_view, 10> comparisons{"=",  "==", "<>", "!=", "<",
                                                       "<=", ">",  ">=", "IS", "NOT"};

/// The number of each parameter token, by SQLite's rules for ?, ?NNN and names.
class Numbers {
  public:
    [[nodiscard]] std::uint32_t of(const Token& token) {
        if (token.text == "?") return ++highest_;
        if (token.text.front() == '?') {
            std::uint32_t number = 0;
            std::from_chars(token.text.data() + 1, token.text.data() + token.text.size(), number);
            highest_ = std::max(highest_, number);
            return number;
        }
        const auto [found, added] = named_.try_emplace(token.text, highest_ + 1);
        if (added) ++highest_;
        return found->second;
    }

  private:
    std::uint32_t highest_ = 0;
    std::map<std::string_view, std::uint32_t> named_;
};

/// What one place of the text asks of its parameter.
struct Expectation {
    std::string declared_type;
    SQLSMALLINT nullable = SQL_NULLABLE;
};

/// Reads one statement's tokens. Scopes of subqueries are not told apart: a description advises.
class Reader {
  public:
    Reader(const std::vector<Token>& tokens, MirrorDatabase& mirror)
        : tokens_{tokens}, mirror_{mirror} {
        match_parentheses();
        find_tables();
        find_insert();
    }

    [[nodiscard]] std::optional<Expectation> expectation(std::size_t i) const {
        if (behind(i, "LIMIT") || behind(i, "OFFSET") || in_limit(i)) return Expectation{"BIGINT"};
        if (auto found = in_cast(i)) return found;
        if (auto found = in_values(i)) return found;
        if (auto found = compared(i)) return found;
        return in_list(i);
    }

  private:
    struct Source {
        std::string alias;
        const Table* table;
    };

    [[nodiscard]] bool is(std::size_t i, TokenKind kind) const {
        return i < tokens_.size() && tokens_[i].kind == kind;
    }
    [[nodiscard]] bool word(std::size_t i, std::string_view text) const {
        return i < tokens_.size() && is_word(tokens_[i], text);
    }
    [[nodiscard]] bool behind(std::size_t i, std::string_view text) const {
        return i > 0 && word(i - 1, text);
    }
    [[nodiscard]] bool is_comparison(std::size_t i) const {
        if (i >= tokens_.size()) return false;
        const Token& token = tokens_[i];
        return (token.kind == TokenKind::op || token.kind == TokenKind::word) &&
               std::any_of(comparisons.begin(), comparisons.end(), [&token](std::string_view c) {
                   return client::same_word(token.text, c);
               });
    }

    void match_parentheses() {
        opened_by_.assign(tokens_.size(), nowhere);
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            opened_by_[i] = open.empty() ? nowhere : open.back();
            if (is(i, TokenKind::left_parenthesis)) open.push_back(i);
            if (is(i, TokenKind::right_parenthesis) && !open.empty()) open.pop_back();
        }
    }

    /// The table named at `i`, and where its name ends.
    [[nodiscard]] const Table* table_at(std::size_t i, std::size_t& end) const {
        if (i >= tokens_.size() || !is_name(tokens_[i])) return nullptr;
        if (is(i + 1, TokenKind::dot) && i + 2 < tokens_.size() && is_name(tokens_[i + 2])) {
            end = i + 3;
            return mirror_.table(name_of(tokens_[i]), name_of(tokens_[i + 2]));
        }
        end = i + 1;
        return mirror_.table({}, name_of(tokens_[i]));
    }

    void find_tables() {
        for (std::size_t i = 1; i < tokens_.size(); ++i) {
            const bool after_or = i >= 3 && word(i - 3, "UPDATE") && word(i - 2, "OR");
            const bool introduced = behind(i, "FROM") || behind(i, "JOIN") || behind(i, "INTO") ||
                                    behind(i, "UPDATE") || is(i - 1, TokenKind::comma) || after_or;
            std::size_t end = i;
            const Table* const table = introduced ? table_at(i, end) : nullptr;
            if (table == nullptr) continue;
            if (word(end, "AS")) ++end;
            const bool aliased = end < tokens_.size() && is_name(tokens_[end]);
            sources_.push_back({aliased ? name_of(tokens_[end]) : table->name, table});
            sources_.push_back({table->name, table});
        }
    }

    /// INSERT INTO t (a, b): the columns that VALUES fills.
    void find_insert() {
        for (std::size_t i = 1; i < tokens_.size(); ++i) {
            if (!behind(i, "INTO") || opened_by_[i] != nowhere) continue;
            std::size_t end = i;
            const Table* const table = table_at(i, end);
            if (table == nullptr) return;
            if (word(end, "AS")) end += 2;
            if (is(end, TokenKind::left_parenthesis)) {
                for (++end; end < tokens_.size() && !is(end, TokenKind::right_parenthesis); ++end) {
                    if (is_name(tokens_[end])) {
                        insert_columns_.push_back(table->column(name_of(tokens_[end])));
                    }
                }
            } else {
                for (const TableColumn& column : table->columns) {
                    if (!column.hidden && !column.generated) insert_columns_.push_back(&column);
                }
            }
            return;
        }
    }

    [[nodiscard]] static Expectation stored_in(const TableColumn& column) {
        const bool not_null = column.not_null && !column.rowid_alias;
        return {column.declared_type,
                static_cast<SQLSMALLINT>(not_null ? SQL_NO_NULLS : SQL_NULLABLE)};
    }

    /// The column whose name ends at `last` (or begins at it, `forward`).
    [[nodiscard]] const TableColumn* column_ending(std::size_t last) const {
        if (last >= tokens_.size() || !is_name(tokens_[last])) return nullptr;
        std::string qualifier;
        if (last >= 2 && is(last - 1, TokenKind::dot)) qualifier = name_of(tokens_[last - 2]);
        return find_column(qualifier, name_of(tokens_[last]));
    }
    [[nodiscard]] const TableColumn* column_beginning(std::size_t first) const {
        return is(first + 1, TokenKind::dot) ? column_ending(first + 2) : column_ending(first);
    }

    [[nodiscard]] const TableColumn* find_column(const std::string& qualifier,
                                                 const std::string& name) const {
        for (const Source& source : sources_) {
            if (!qualifier.empty() && !client::same_word(source.alias, qualifier)) continue;
            if (const TableColumn* const column = source.table->column(name)) return column;
        }
        return nullptr;
    }

    [[nodiscard]] static std::optional<Expectation> like(const TableColumn* column) {
        if (column == nullptr) return std::nullopt;
        return Expectation{column->declared_type};
    }

    /// LIMIT ?, ? : the second.
    [[nodiscard]] bool in_limit(std::size_t i) const {
        return i >= 3 && is(i - 1, TokenKind::comma) && word(i - 3, "LIMIT");
    }

    /// CAST(? AS type)
    [[nodiscard]] std::optional<Expectation> in_cast(std::size_t i) const {
        if (i < 2 || !is(i - 1, TokenKind::left_parenthesis) || !word(i - 2, "CAST") ||
            !word(i + 1, "AS")) {
            return std::nullopt;
        }
        std::string declared;
        int depth = 0;
        for (std::size_t t = i + 2; t < tokens_.size(); ++t) {
            if (is(t, TokenKind::left_parenthesis)) ++depth;
            if (is(t, TokenKind::right_parenthesis) && --depth < 0) break;
            if (is(t, TokenKind::word) && !declared.empty()) declared += ' ';
            declared += tokens_[t].text;
        }
        return Expectation{declared};
    }

    /// A whole item of a VALUES row of an INSERT.
    [[nodiscard]] std::optional<Expectation> in_values(std::size_t i) const {
        const std::size_t open = opened_by_[i];
        if (insert_columns_.empty() || open == nowhere || opened_by_[open] != nowhere) {
            return std::nullopt;
        }
        const bool whole = (i == open + 1 || is(i - 1, TokenKind::comma)) &&
                           (is(i + 1, TokenKind::comma) || is(i + 1, TokenKind::right_parenthesis));
        if (!whole || !is_values_row(open)) return std::nullopt;
        std::size_t position = 0;
        for (std::size_t t = open + 1; t < i; ++t) {
            if (is(t, TokenKind::comma) && opened_by_[t] == open) ++position;
        }
        if (position >= insert_columns_.size() || insert_columns_[position] == nullptr) {
            return std::nullopt;
        }
        return stored_in(*insert_columns_[position]);
    }

    /// VALUES (…), (…): walks back over earlier rows.
    [[nodiscard]] bool is_values_row(std::size_t open) const {
        while (open > 1 && is(open - 1, TokenKind::comma)) {
            if (!is(open - 2, TokenKind::right_parenthesis)) return false;
            open = opened_by_[open - 2];
            if (open == nowhere) return false;
        }
        return behind(open, "VALUES");
    }

    /// c = ?, ? < c, SET c = ?, c LIKE ?, c BETWEEN ? AND ?
    [[nodiscard]] std::optional<Expectation> compared(std::size_t i) const {
        if (i >= 2 && is_comparison(i - 1)) {
            std::size_t left = i - 2;
            if (left > 0 && word(i - 1, "NOT") && word(left, "IS")) --left;
            const TableColumn* const column = column_ending(left);
            if (column != nullptr && tokens_[i - 1].text == "=" && is_assignment(left)) {
                return stored_in(*column);
            }
            if (column != nullptr) return like(column);
        }
        if (i >= 2 && (behind(i, "LIKE") || behind(i, "GLOB") || behind(i, "BETWEEN"))) {
            return like(column_ending(word(i - 2, "NOT") && i >= 3 ? i - 3 : i - 2));
        }
        if (i >= 4 && behind(i, "AND") && word(i - 3, "BETWEEN")) {
            return like(column_ending(word(i - 4, "NOT") && i >= 5 ? i - 5 : i - 4));
        }
        if (is_comparison(i + 1)) return like(column_beginning(i + 2));
        return std::nullopt;
    }

    /// SET c = …, or a further c = … of the same SET.
    [[nodiscard]] bool is_assignment(std::size_t name) const {
        if (name == 0) return false;
        if (behind(name, "SET")) return true;
        if (!is(name - 1, TokenKind::comma)) return false;
        for (std::size_t t = name; t-- > 0;) {
            if (opened_by_[t] != opened_by_[name]) continue;
            if (word(t, "SET")) return true;
            if (word(t, "WHERE") || word(t, "SELECT") || word(t, "VALUES")) return false;
        }
        return false;
    }

    /// c IN (?, ?, …)
    [[nodiscard]] std::optional<Expectation> in_list(std::size_t i) const {
        const std::size_t open = opened_by_[i];
        if (open == nowhere || open < 2 || !behind(open, "IN")) return std::nullopt;
        const std::size_t left = word(open - 2, "NOT") && open >= 3 ? open - 3 : open - 2;
        return like(column_ending(left));
    }

    const std::vector<Token>& tokens_;
    MirrorDatabase& mirror_;
    std::vector<std::size_t> opened_by_;  ///< the parenthesis each token is directly within
    std::vector<Source> sources_;
    std::vector<const TableColumn*> insert_columns_;
};

}  // namespace

std::vector<ParameterDescription> describe_parameters(const client::Statement& statement,
                                                      const std::vector<Token>& tokens,
                                                      MirrorDatabase* mirror,
                                                      const TypeOptions& options) {
    std::vector<ParameterDescription> parameters(statement.parameters);
    for (ParameterDescription& parameter : parameters) parameter.type = long_text_type(options);
    if (parameters.empty() || mirror == nullptr) return parameters;

    const Reader reader{tokens, *mirror};
    std::vector<bool> known(parameters.size());
    Numbers numbers;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind != TokenKind::parameter) continue;
        const std::size_t number = numbers.of(tokens[i]);
        if (number == 0 || number > parameters.size() || known[number - 1]) continue;
        ParameterDescription& parameter = parameters[number - 1];
        const auto expected = reader.expectation(i);
        if (!expected) continue;
        parameter.nullable = expected->nullable;
        known[number - 1] = type_of_declaration(expected->declared_type, options, parameter.type);
    }
    return parameters;
}

}  // namespace dqlite::odbc
