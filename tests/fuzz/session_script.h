// What the server of fuzz_session does, request by request, as the bytes of an input: read by that
// target, written by session_seeds.
#pragma once

#include <cstdint>
#include <cstring>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>

#include "tests/support/lies.h"

namespace dqlite::fuzz {

// Addresses that bytes of an input can name: of the first server and of another one.
inline constexpr const char* told_first = "10.0.0.1:9001";
inline constexpr const char* told_second = "10.0.0.2:9001";

enum class Act : std::uint8_t {
    honest,    ///< answer as a node does
    lie,       ///< the same with one change
    bytes,     ///< send bytes, so many times
    batches,   ///< send row batches, so many, none of them the last
    own,       ///< name itself the leader
    second,    ///< name the other server
    outsider,  ///< name one that the client was not told of
    silence,   ///< say nothing more on this connection
    close,
    reset,
    count,
};

struct Step {
    Act act = Act::honest;
    test::Lie lie{};
    std::uint16_t times = 0;
    std::string bytes{};
};

/// An input under construction.
class ScriptWriter {
  public:
    ScriptWriter& add(const Step& step) {
        put(step.act);
        if (step.act == Act::lie) {
            put(static_cast<std::uint16_t>(step.lie.at));
            put(static_cast<std::uint8_t>(step.lie.size));
            put(step.lie.value);
        } else if (step.act == Act::bytes) {
            put(step.times);
            put(static_cast<std::uint16_t>(step.bytes.size()));
            script_ += step.bytes;
        } else if (step.act == Act::batches) {
            put(step.times);
        }
        return *this;
    }
    ScriptWriter& add_honest(std::size_t times) {
        for (std::size_t i = 0; i < times; ++i) add({Act::honest});
        return *this;
    }
    [[nodiscard]] const std::string& script() const noexcept { return script_; }

  private:
    template <typename T>
    void put(T value) {
        script_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    }

    std::string script_;
};

/// One input, followed by all connections together; after its end the server is honest.
class Script {
  public:
    explicit Script(std::span<const std::uint8_t> input) : rest_{input} {}

    Step next() {
        const std::lock_guard lock{mutex_};
        Step step;
        if (rest_.empty()) return step;
        step.act = static_cast<Act>(take<std::uint8_t>() % static_cast<std::uint8_t>(Act::count));
        if (step.act == Act::lie) {
            step.lie.at = take<std::uint16_t>();
            step.lie.size = take<std::uint8_t>() % (sizeof(step.lie.value) + 1);
            step.lie.value = take<std::uint64_t>();
        } else if (step.act == Act::bytes) {
            step.times = take<std::uint16_t>();
            const std::size_t size = std::min<std::size_t>(take<std::uint16_t>(), rest_.size());
            step.bytes.assign(reinterpret_cast<const char*>(rest_.data()), size);
            rest_ = rest_.subspan(size);
        } else if (step.act == Act::batches) {
            step.times = take<std::uint16_t>();
        }
        return step;
    }

  private:
    /// The next integer, of zeros where the input ends in it.
    template <typename T>
    T take() {
        T value{};
        const std::size_t size = std::min(sizeof(T), rest_.size());
        std::memcpy(&value, rest_.data(), size);
        rest_ = rest_.subspan(size);
        return value;
    }

    std::mutex mutex_;
    std::span<const std::uint8_t> rest_;
};

}  // namespace dqlite::fuzz
