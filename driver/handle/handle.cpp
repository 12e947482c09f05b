#include "driver/handle/handle.h"

#include <array>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace dqlite::odbc {

bool Handle::accepts(SQLUSMALLINT) const noexcept {
    return true;
}

void Handle::retire() noexcept {
    retired_ = true;
    registry::remove(odbc_handle());
}

SQLRETURN Handle::post(Diagnostic record) {
    const auto state = record.state;
    diagnostics_.add(std::move(record));
    return is_warning(state) ? SQL_SUCCESS_WITH_INFO : SQL_ERROR;
}

SQLRETURN Handle::post(SqlState state, std::string message) {
    Diagnostic record;
    record.state = state;
    record.message = std::move(message);
    return post(std::move(record));
}

SQLRETURN Handle::post(const client::Error& error, ErrorContext context) {
    return post(diagnose(error, context));
}

SQLRETURN Handle::post(SqlState state) {
    if (state == SqlState::s00000) return SQL_SUCCESS;
    return post(state, std::string{entry(state).text});
}

SQLRETURN worse(SQLRETURN a, SQLRETURN b) noexcept {
    if (!SQL_SUCCEEDED(a)) return a;
    if (!SQL_SUCCEEDED(b)) return b;
    return a == SQL_SUCCESS ? b : a;
}

namespace registry {
namespace {

// Sharded by address, so that threads on different handles rarely meet.
struct Shard {
    std::shared_mutex mutex;
    std::unordered_map<SQLHANDLE, std::shared_ptr<Handle>> handles;
};
constexpr std::size_t shard_count = 16;

// Never destroyed: applications free handles from static destructors too.
std::array<Shard, shard_count>& shards() {
    static auto* const all = new std::array<Shard, shard_count>;
    return *all;
}

Shard& shard_of(SQLHANDLE handle) {
    return shards()[(reinterpret_cast<std::uintptr_t>(handle) >> 6U) % shard_count];
}

}  // namespace

void add(const std::shared_ptr<Handle>& handle) {
    auto& shard = shard_of(handle->odbc_handle());
    const std::unique_lock guard{shard.mutex};
    shard.handles.emplace(handle->odbc_handle(), handle);
}

void remove(SQLHANDLE handle) noexcept {
    auto& shard = shard_of(handle);
    std::shared_ptr<Handle> last;  // destroyed after the lock is gone
    const std::unique_lock guard{shard.mutex};
    if (const auto found = shard.handles.find(handle); found != shard.handles.end()) {
        last = std::move(found->second);
        shard.handles.erase(found);
    }
}

std::shared_ptr<Handle> find(SQLHANDLE handle, Handle::Kind kind) noexcept {
    if (handle == nullptr) return nullptr;
    auto& shard = shard_of(handle);
    const std::shared_lock guard{shard.mutex};
    const auto found = shard.handles.find(handle);
    if (found == shard.handles.end() || found->second->kind() != kind) return nullptr;
    return found->second;
}

}  // namespace registry
}  // namespace dqlite::odbc
