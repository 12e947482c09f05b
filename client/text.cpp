#include "client/text.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <utf8.h>

namespace dqlite::client {
namespace {

// Ranges of code points that change how the text around them is shown, or are not shown at all.
constexpr std::array<std::pair<char32_t, char32_t>, 13> unsafe_ranges{{
    {0x00, 0x08},
    {0x0B, 0x1F},
    {0x7F, 0x9F},
    {0xAD, 0xAD},
    {0x61C, 0x61C},
    {0x180E, 0x180E},
    {0x200B, 0x200F},
    {0x2028, 0x202E},
    {0x2060, 0x2064},
    {0x2066, 0x206F},
    {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB},
    {0xE0000, 0xE007F},
}};

bool is_unsafe(char32_t c) {
    return std::any_of(unsafe_ranges.begin(), unsafe_ranges.end(),
                       [c](const auto& range) { return c >= range.first && c <= range.second; });
}

}  // namespace

std::string safe_text(std::string_view text, std::size_t max_bytes) {
    const bool cut = text.size() > max_bytes;
    if (cut) text = text.substr(0, max_bytes);
    std::string valid;
    valid.reserve(text.size());
    utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(valid), 0xFFFD);

    std::string safe;
    safe.reserve(valid.size());
    for (auto at = valid.begin(); at != valid.end();) {
        const auto c = static_cast<char32_t>(utf8::unchecked::next(at));
        utf8::unchecked::append(is_unsafe(c) ? U'?' : c, std::back_inserter(safe));
    }
    if (cut) safe += "…";
    return safe;
}

}  // namespace dqlite::client
