// The yardstick: a socket that moves bytes and does no more than the protocol asks for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/frame.h"
#include "wire/request.h"
#include "wire/response.h"

namespace dqlite::bench {

class RawConnection {
  public:
    enum class Wait : std::uint8_t {
        block,  ///< in the kernel at once
        poll,   ///< the socket for 100 us first
    };

    /// Dials and, in two round trips, asks for the leader and opens the database with the heap
    /// guard every client needs (design §2.7). What fails throws.
    RawConnection(const std::string& address, std::string_view database, Wait wait = Wait::block);
    ~RawConnection();
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    [[nodiscard]] std::uint32_t prepare(std::string_view sql);
    /// One round trip each.
    void execute(std::string_view sql);
    void execute(std::uint32_t statement, wire::Parameters parameters);
    void query(std::uint32_t statement, wire::Parameters parameters);

    /// Requests written ahead, then their answers.
    void queue(std::uint32_t statement, wire::Parameters parameters);
    void flush();
    void read_answers(std::size_t count, wire::ResponseType expected);

    /// Takes a whole result from the socket, with reads of 64 KiB; its bytes.
    std::size_t drain(std::string_view sql);

  private:
    template <typename Request>
    void add(const Request& request);
    [[nodiscard]] wire::Frame receive();
    void read_answer(wire::ResponseType expected);
    [[nodiscard]] std::size_t read_some(std::span<std::byte> into);

    int socket_ = -1;
    Wait wait_;
    wire::Buffer outbox_;
    wire::Framer framer_;
};

}  // namespace dqlite::bench
