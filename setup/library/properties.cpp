// ODBCINSTGetProperties: the connection keys as a setup program asks for them.
//
// The installer unloads this library before it shows the list, and frees with free() what the list
// points to: so everything is allocated with malloc, and nothing points into the library.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "driver/tables/connection_keys.h"
#include "setup/library/installer.h"

namespace dqlite::setup {
namespace {

using odbc::ConnectionKey;
using odbc::KeyKind;
using std::string_view;

struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }
};
template <typename Value>
using Allocated = std::unique_ptr<Value, Free>;

Allocated<void> allocate(std::size_t size) {
    Allocated<void> memory{std::calloc(1, size)};
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}

/// Whoever frees the copy calls free().
char* copy_of(string_view text) {
    auto* const copy = static_cast<char*>(allocate(text.size() + 1).release());
    text.copy(copy, text.size());
    return copy;
}

std::vector<string_view> choices_of(const ConnectionKey& key) {
    if (key.kind == KeyKind::boolean) return {"0", "1"};
    std::vector<string_view> choices;
    for (string_view rest = key.choices; !rest.empty();) {
        const string_view one = rest.substr(0, rest.find('|'));
        choices.push_back(one);
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
    return choices;
}

/// Pointers ended by a null one, and what they point to, in one allocation. Null for no choices.
char** prompt_data(std::span<const string_view> choices) {
    if (choices.empty()) return nullptr;
    std::size_t size = (choices.size() + 1) * sizeof(char*);
    for (const string_view choice : choices) size += choice.size() + 1;
    auto* const pointers = static_cast<char**>(allocate(size).release());
    auto* text = reinterpret_cast<char*>(pointers + choices.size() + 1);
    for (std::size_t i = 0; i < choices.size(); ++i) {
        pointers[i] = text;
        text += choices[i].copy(text, choices[i].size()) + 1;
    }
    return pointers;
}

int prompt_type(KeyKind kind) {
    switch (kind) {
        case KeyKind::boolean:
        case KeyKind::choice:
            return ODBCINST_PROMPTTYPE_LISTBOX;
        case KeyKind::path:
            return ODBCINST_PROMPTTYPE_FILENAME;
        case KeyKind::secret:
            return ODBCINST_PROMPTTYPE_TEXTEDIT_PASSWORD;
        case KeyKind::text:
        case KeyKind::count:
        case KeyKind::bytes:
        case KeyKind::seconds:
        case KeyKind::microseconds:
            break;
    }
    return ODBCINST_PROMPTTYPE_TEXTEDIT;
}

/// Appends the key to the list; what the list holds already stays well formed whatever throws.
ODBCINSTPROPERTY& append(ODBCINSTPROPERTY& last, const ConnectionKey& key) {
    last.pNext = static_cast<ODBCINSTPROPERTY*>(allocate(sizeof(ODBCINSTPROPERTY)).release());
    ODBCINSTPROPERTY& property = *last.pNext;
    key.name.copy(property.szName, INI_MAX_PROPERTY_NAME);
    key.default_value.copy(property.szValue, INI_MAX_PROPERTY_VALUE);
    property.nPromptType = prompt_type(key.kind);
    property.aPromptData = prompt_data(choices_of(key));
    property.pszHelp = copy_of(key.help);
    return property;
}

}  // namespace
}  // namespace dqlite::setup

extern "C" int ODBCINSTGetProperties(HODBCINSTPROPERTY last);

extern "C" int ODBCINSTGetProperties(HODBCINSTPROPERTY last) {
    using namespace dqlite::setup;
    const BOOL done = guarded([&] {
        for (const auto& key : dqlite::odbc::connection_keys()) last = &append(*last, key);
        return true;
    });
    return done != 0 ? ODBCINST_SUCCESS : ODBCINST_ERROR;
}
