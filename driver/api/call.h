// The wrapper every exported function goes through: handle, lock, fresh diagnostics, sequence, and
// no exception past it. And the small helpers its callers share. Functions that may wait for a
// server go through call_waiting() (waiting.h) instead.
#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>

#include "driver/convert/text.h"
#include "driver/handle/handle.h"

namespace dqlite::odbc::api {

/// Posts what an exception says; says nothing where even that has no memory.
inline SQLRETURN post_exception(Handle& handle) noexcept {
    try {
        try {
            throw;
        } catch (const std::bad_alloc&) {
            return handle.post(SqlState::sHY001);
        } catch (const std::exception& error) {
            return handle.post(SqlState::sHY000, error.what());
        }
    } catch (...) {
        return SQL_ERROR;
    }
}

/// What a call finds before it waits for the handle's lock: HY010 where a function that executes
/// asynchronously must not be disturbed. True where that leaves nothing more to do.
template <typename T>
bool is_refused(T& handle, SQLUSMALLINT function, SQLRETURN& result) {
    if constexpr (requires { handle.asynchronous(); }) {
        auto& asynchronous = handle.asynchronous();
        if (handle.disturbs(function)) {
            result = asynchronous.refuse();
            return true;
        }
        if (asynchronous.tells()) asynchronous.tell_no_more();
    }
    return false;
}

/// Runs `work` on the handle, whose lock is held.
template <typename T, typename Work>
SQLRETURN run(SQLUSMALLINT function, T& handle, Work&& work) noexcept {
    if (handle.retired()) return SQL_INVALID_HANDLE;
    handle.diagnostics().clear();
    SQLRETURN result = SQL_ERROR;
    try {
        result = handle.accepts(function) ? work(handle) : handle.post(SqlState::sHY010);
    } catch (...) {
        result = post_exception(handle);
    }
    handle.diagnostics().return_code = result;
    return result;
}

/// Runs `work` on the handle. `function` is the SQL_API_… identifier.
template <typename T, typename Work>
SQLRETURN call(SQLUSMALLINT function, SQLHANDLE raw, Work&& work) noexcept {
    const auto found = registry::find(raw, T::handle_kind);
    if (found == nullptr) return SQL_INVALID_HANDLE;
    auto& handle = static_cast<T&>(*found);
    if (SQLRETURN refused = SQL_ERROR; is_refused(handle, function, refused)) return refused;
    const std::lock_guard guard{handle.lock()};
    return run(function, handle, work);
}

/// An argument as UTF-8: absent for a null pointer. Posts HY090 and gives false for a bad length.
template <typename Char>
[[nodiscard]] bool read(Handle& handle, const Char* text, SQLINTEGER length,
                        std::optional<std::string>& out) {
    auto in = read_text(text, length);
    out = std::move(in.text);
    if (in.state == SqlState::s00000) return true;
    handle.post(in.state);
    return false;
}

/// The same for an argument that must be there (HY009).
template <typename Char>
[[nodiscard]] bool read_required(Handle& handle, const Char* text, SQLINTEGER length,
                                 std::string& out) {
    std::optional<std::string> value;
    if (!read(handle, text, length, value)) return false;
    if (!value) {
        handle.post(SqlState::sHY009);
        return false;
    }
    out = std::move(*value);
    return true;
}

/// Writes text out and posts 01004 where it was cut.
template <typename Char, typename Length>
SQLRETURN write(Handle& handle, std::string_view text, Char* buffer, SQLLEN capacity,
                Length* length, LengthUnit unit) {
    return handle.post(write_text(text, buffer, capacity, length, unit));
}

}  // namespace dqlite::odbc::api
