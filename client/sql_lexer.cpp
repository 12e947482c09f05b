#include "client/sql_lexer.h"

#include <algorithm>

namespace dqlite::client {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_hex_digit(char c) noexcept {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

constexpr bool is_space(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// SQLite begins no run of spaces with a vertical tab, but lets one follow in it.
constexpr bool begins_space(char c) noexcept {
    return is_space(c) && c != '\v';
}

constexpr bool begins_word(char c) noexcept {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool continues_word(char c) noexcept {
    return begins_word(c) || is_digit(c) || c == '$';
}

struct Extent {
    TokenKind kind;
    std::size_t length;
};

/// Measures the one token a text begins with. As in SQLite, a U+0000 ends whatever it is in.
class Measure {
  public:
    explicit Measure(std::string_view text) noexcept : text_{text} {}
    [[nodiscard]] Extent token() const noexcept;

  private:
    [[nodiscard]] char at(std::size_t index) const noexcept {
        return index < text_.size() ? text_[index] : '\0';
    }
    template <typename Predicate>
    [[nodiscard]] std::size_t skip(std::size_t from, Predicate accepts) const noexcept {
        while (from < text_.size() && accepts(text_[from])) ++from;
        return from;
    }
    [[nodiscard]] Extent line_comment() const noexcept;
    [[nodiscard]] Extent block_comment() const noexcept;
    [[nodiscard]] Extent quoted(char delimiter) const noexcept;
    [[nodiscard]] Extent bracketed() const noexcept;
    [[nodiscard]] Extent blob() const noexcept;
    [[nodiscard]] Extent number() const noexcept;
    [[nodiscard]] Extent named_parameter() const noexcept;
    [[nodiscard]] Extent punctuation() const noexcept;

    std::string_view text_;
};

Extent Measure::line_comment() const noexcept {
    return {TokenKind::comment, skip(2, [](char c) { return c != '\n' && c != '\0'; })};
}

Extent Measure::block_comment() const noexcept {
    std::size_t i = 2;
    while (at(i) != '\0' && !(i > 2 && at(i - 1) == '*' && at(i) == '/')) ++i;
    return {TokenKind::comment, at(i) == '\0' ? i : i + 1};
}

Extent Measure::quoted(char delimiter) const noexcept {
    for (std::size_t i = 1; at(i) != '\0'; ++i) {
        if (at(i) != delimiter) continue;
        if (at(i + 1) != delimiter) {
            return {delimiter == '\'' ? TokenKind::string : TokenKind::quoted_name, i + 1};
        }
        ++i;
    }
    return {TokenKind::illegal, skip(1, [](char c) { return c != '\0'; })};
}

Extent Measure::bracketed() const noexcept {
    const std::size_t end = skip(1, [](char c) { return c != ']' && c != '\0'; });
    if (at(end) == ']') return {TokenKind::quoted_name, end + 1};
    return {TokenKind::illegal, end};
}

Extent Measure::blob() const noexcept {
    const std::size_t digits_end = skip(2, is_hex_digit);
    if (at(digits_end) == '\'' && digits_end % 2 == 0) return {TokenKind::blob, digits_end + 1};
    const std::size_t end = skip(digits_end, [](char c) { return c != '\'' && c != '\0'; });
    return {TokenKind::illegal, at(end) == '\'' ? end + 1 : end};
}

/// Digit separators are SQLite 3.46's; to an older one such a number is an error either way.
Extent Measure::number() const noexcept {
    const auto digits = [](char c) { return is_digit(c) || c == '_'; };
    std::size_t end = 0;
    if (at(0) == '0' && to_lower(at(1)) == 'x' && is_hex_digit(at(2))) {
        end = skip(3, [](char c) { return is_hex_digit(c) || c == '_'; });
    } else {
        end = skip(0, digits);
        if (at(end) == '.') end = skip(end + 1, digits);
        const bool is_signed = at(end + 1) == '+' || at(end + 1) == '-';
        if (to_lower(at(end)) == 'e' && is_digit(at(is_signed ? end + 2 : end + 1))) {
            end = skip(end + 2, digits);
        }
    }
    const std::size_t junk_end = skip(end, continues_word);
    return {junk_end == end ? TokenKind::number : TokenKind::illegal, junk_end};
}

/// `$a::b(index)` is a name too: SQLite grew up beside Tcl.
Extent Measure::named_parameter() const noexcept {
    std::size_t name_length = 0;
    TokenKind kind = TokenKind::parameter;
    std::size_t i = 1;
    for (; at(i) != '\0'; ++i) {
        if (continues_word(at(i))) {
            ++name_length;
        } else if (at(i) == '(' && name_length > 0) {
            i = skip(i + 1, [](char c) { return c != '\0' && !is_space(c) && c != ')'; });
            if (at(i) == ')') {
                ++i;
            } else {
                kind = TokenKind::illegal;
            }
            break;
        } else if (at(i) == ':' && at(i + 1) == ':') {
            ++i;
        } else {
            break;
        }
    }
    return {name_length > 0 ? kind : TokenKind::illegal, i};
}

Extent Measure::punctuation() const noexcept {
    const char next = at(1);
    switch (at(0)) {
        case ';':
            return {TokenKind::semicolon, 1};
        case '(':
            return {TokenKind::left_parenthesis, 1};
        case ')':
            return {TokenKind::right_parenthesis, 1};
        case ',':
            return {TokenKind::comma, 1};
        case '.':
            return {TokenKind::dot, 1};
        case '{':
            return {TokenKind::left_brace, 1};
        case '}':
            return {TokenKind::right_brace, 1};
        case '-':
            if (next != '>') return {TokenKind::op, 1};
            return {TokenKind::op, at(2) == '>' ? 3U : 2U};
        case '=':
            return {TokenKind::op, next == '=' ? 2U : 1U};
        case '<':
            return {TokenKind::op, next == '=' || next == '>' || next == '<' ? 2U : 1U};
        case '>':
            return {TokenKind::op, next == '=' || next == '>' ? 2U : 1U};
        case '|':
            return {TokenKind::op, next == '|' ? 2U : 1U};
        case '!':
            if (next == '=') return {TokenKind::op, 2};
            return {TokenKind::illegal, 1};
        case '+':
        case '*':
        case '/':
        case '%':
        case '&':
        case '~':
            return {TokenKind::op, 1};
        default:
            return {TokenKind::illegal, 1};
    }
}

Extent Measure::token() const noexcept {
    const char first = at(0);
    if (text_.starts_with(byte_order_mark)) return {TokenKind::space, byte_order_mark.size()};
    if (begins_space(first)) return {TokenKind::space, skip(1, is_space)};
    if (first == '-' && at(1) == '-') return line_comment();
    // A "/*" that ends the text is two operators to SQLite.
    if (first == '/' && at(1) == '*' && at(2) != '\0') return block_comment();
    if (to_lower(first) == 'x' && at(1) == '\'') return blob();
    if (begins_word(first)) return {TokenKind::word, skip(1, continues_word)};
    if (is_digit(first) || (first == '.' && is_digit(at(1)))) return number();
    switch (first) {
        case '\'':
        case '"':
        case '`':
            return quoted(first);
        case '[':
            return bracketed();
        case '?':
            return {TokenKind::parameter, skip(1, is_digit)};
        case ':':
        case '@':
        case '$':
        case '#':
            return named_parameter();
        default:
            return punctuation();
    }
}

}  // namespace

SqlLexer::SqlLexer(std::string_view sql, std::size_t from) noexcept
    : sql_{sql}, position_{std::min(from, sql.size())} {}

Token SqlLexer::next() noexcept {
    const std::size_t start = position_;
    if (start == sql_.size()) return {TokenKind::end, {}, start};
    const Extent extent = Measure{sql_.substr(start)}.token();
    position_ += extent.length;
    return {extent.kind, sql_.substr(start, extent.length), start};
}

Token SqlLexer::next_significant() noexcept {
    Token token = next();
    while (token.kind == TokenKind::space || token.kind == TokenKind::comment) token = next();
    return token;
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool is_word(const Token& token, std::string_view word) noexcept {
    return token.kind == TokenKind::word && same_word(token.text, word);
}

std::string_view unquoted(const Token& token, std::string& storage) {
    const std::string_view text = token.text;
    const bool is_quoted = token.kind == TokenKind::quoted_name || token.kind == TokenKind::string;
    if (!is_quoted || text.size() < 2) return text;
    const std::string_view inside = text.substr(1, text.size() - 2);
    const char delimiter = text.back();
    if (delimiter == ']' || inside.find(delimiter) == std::string_view::npos) return inside;
    storage.clear();
    for (std::size_t i = 0; i < inside.size(); ++i) {
        storage.push_back(inside[i]);
        if (inside[i] == delimiter) ++i;
    }
    return storage;
}

}  // namespace dqlite::client
