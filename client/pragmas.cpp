#include "client/pragmas.h"

#include <algorithm>
#include <array>

namespace dqlite::client {
namespace {

using enum PragmaRows;
using enum PragmaSets;

constexpr auto table = std::to_array<PragmaFacts>({
    {"analysis_limit", always, session},
    {"application_id", bare, database},
    {"auto_vacuum", bare, database},
    {"automatic_index", bare, session},
    {"busy_timeout", always, session},
    {"cache_size", bare, session},
    {"cache_spill", bare, session},
    {"case_sensitive_like", never, session},
    {"cell_size_check", bare, session},
    {"checkpoint_fullfsync", bare, session},
    {"collation_list", always, nothing},
    {"compile_options", always, nothing},
    {"count_changes", bare, session},
    {"data_version", always, nothing},
    {"database_list", always, nothing},
    {"default_cache_size", bare, database},
    {"defer_foreign_keys", bare, session},
    {"empty_result_callbacks", bare, session},
    {"encoding", bare, session},
    {"foreign_key_check", always, nothing},
    {"foreign_key_list", always, nothing},
    {"foreign_keys", bare, session},
    {"freelist_count", always, nothing},
    {"full_column_names", bare, session},
    {"fullfsync", bare, session},
    {"function_list", always, nothing},
    {"hard_heap_limit", always, session},
    {"ignore_check_constraints", bare, session},
    {"incremental_vacuum", never, by_itself},
    {"index_info", always, nothing},
    {"index_list", always, nothing},
    {"index_xinfo", always, nothing},
    {"integrity_check", always, nothing},
    {"journal_mode", always, by_itself},
    {"journal_size_limit", always, session},
    {"legacy_alter_table", bare, session},
    {"locking_mode", always, session},
    {"max_page_count", always, session},
    {"mmap_size", always, session},
    {"module_list", always, nothing},
    // It has a column, but no row unless debugging; and what writes must go by EXEC.
    {"optimize", never, by_itself},
    {"page_count", always, nothing},
    {"page_size", bare, session},
    {"pragma_list", always, nothing},
    {"query_only", bare, session},
    {"quick_check", always, nothing},
    {"read_uncommitted", bare, session},
    {"recursive_triggers", bare, session},
    {"reverse_unordered_selects", bare, session},
    {"schema_version", bare, database},
    {"secure_delete", always, session},
    {"short_column_names", bare, session},
    {"shrink_memory", never, nothing},
    {"soft_heap_limit", always, session},
    {"synchronous", bare, session},
    {"table_info", always, nothing},
    {"table_list", always, nothing},
    {"table_xinfo", always, nothing},
    {"temp_store", bare, session},
    {"temp_store_directory", bare, session},
    {"threads", always, session},
    {"trusted_schema", bare, session},
    {"user_version", bare, database},
    {"wal_autocheckpoint", always, session},
    {"wal_checkpoint", always, by_itself},
    {"writable_schema", bare, session},
});
static_assert(std::ranges::is_sorted(table, {}, &PragmaFacts::name));

}  // namespace

std::span<const PragmaFacts> pragma_table() noexcept {
    return table;
}

PragmaFacts pragma_facts(std::string_view name) noexcept {
    const auto* const found = std::ranges::lower_bound(table, name, {}, &PragmaFacts::name);
    if (found != table.end() && found->name == name) return *found;
    return {name, never, nothing};
}

}  // namespace dqlite::client
