// The statements a connection has prepared, by their text: least recently used first out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dqlite::client {

class StatementCache {
  public:
    explicit StatementCache(std::size_t capacity) : capacity_{std::max<std::size_t>(capacity, 1)} {}

    /// The server's id of a prepared statement.
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view sql) {
        const auto found = by_text_.find(sql);
        if (found == by_text_.end()) return std::nullopt;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->id;
    }

    /// What preparing one more statement takes. The server always gives the lowest free id, so
    /// it is known beforehand, and the execution can be written behind its PREPARE.
    struct Slot {
        std::optional<std::uint32_t> finalize;  ///< first make room: this id goes
        std::uint32_t id = 0;
        /// An id below one in use: should PREPARE fail, a request with this id would crash the
        /// server (1.11 to 1.18.7 look into the hole in their table). Nothing is written ahead.
        bool is_hole = false;
    };
    [[nodiscard]] Slot next_slot() const {
        Slot slot{std::nullopt, lowest_free()};
        if (entries_.size() >= capacity_) {
            slot.finalize = entries_.back().id;
            slot.id = std::min(slot.id, *slot.finalize);
        }
        slot.is_hole = slot.id < ids_ever_;
        return slot;
    }
    /// The server has finalized what next_slot() named.
    void evict() {
        const Entry& last = entries_.back();
        used_[last.id] = false;
        by_text_.erase(last.sql);
        entries_.pop_back();
    }
    /// The id the server gives to what is prepared beside the cache.
    [[nodiscard]] std::uint32_t lowest_free() const {
        const auto free = std::find(used_.begin(), used_.end(), false);
        return static_cast<std::uint32_t>(free - used_.begin());
    }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    void add(std::string_view sql, std::uint32_t id) {
        if (id >= used_.size()) used_.resize(std::size_t{id} + 1);
        ids_ever_ = std::max(ids_ever_, id + 1);
        used_[id] = true;
        entries_.push_front({std::string{sql}, id});
        by_text_.emplace(entries_.front().sql, entries_.begin());
    }

  private:
    struct Entry {
        std::string sql;
        std::uint32_t id;
    };

    std::size_t capacity_;
    std::list<Entry> entries_;
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;  // keys in entries_
    std::vector<bool> used_;
    std::uint32_t ids_ever_ = 0;
};

}  // namespace dqlite::client
