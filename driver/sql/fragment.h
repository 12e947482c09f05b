// A piece of translated SQL that remembers where its parameters are: a translation may use an
// argument twice, or in another order than the application wrote it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dqlite::odbc {

class SqlFragment {
  public:
    SqlFragment() = default;
    explicit SqlFragment(std::string_view text) : text_{text} {}

    void append(std::string_view text) { text_ += text; }
    void append(const SqlFragment& other) {
        for (const Marker& marker : other.markers_) {
            markers_.push_back({text_.size() + marker.offset, marker.length, marker.index});
        }
        text_ += other.text_;
    }
    /// `index`: it is the index-th parameter of the application's text.
    void append_parameter(std::string_view text, std::size_t index) {
        markers_.push_back({text_.size(), text.size(), index});
        text_ += text;
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

    /// From `offset`, `length` bytes; no parameter may be cut.
    [[nodiscard]] SqlFragment part(std::size_t offset, std::size_t length) const {
        SqlFragment result{std::string_view{text_}.substr(offset, length)};
        for (const Marker& marker : markers_) {
            result.markers_.push_back({marker.offset - offset, marker.length, marker.index});
        }
        return result;
    }

    /// True where the parameters are those of the application, each once and in its order.
    [[nodiscard]] bool keeps_parameters(std::size_t count) const noexcept {
        if (markers_.size() != count) return false;
        for (std::size_t i = 0; i < count; ++i) {
            if (markers_[i].index != i) return false;
        }
        return true;
    }

    /// The text with `replacement(index)` for each parameter.
    template <typename Replacement>
    [[nodiscard]] std::string with_parameters(Replacement replacement) const {
        std::string result;
        std::size_t from = 0;
        for (const Marker& marker : markers_) {
            result.append(text_, from, marker.offset - from);
            result += replacement(marker.index);
            from = marker.offset + marker.length;
        }
        return result.append(text_, from);
    }

  private:
    struct Marker {
        std::size_t offset;
        std::size_t length;
        std::size_t index;
    };
    std::string text_;
    std::vector<Marker> markers_;
};

}  // namespace dqlite::odbc
