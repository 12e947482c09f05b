// One blocking conversation with a node in frames of the protocol, with none of the client's code:
// what tests compare the client with, and steer clusters by.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "wire/frame.h"
#include "wire/request.h"
#include "wire/response.h"

namespace dqlite::test {

/// Whether anybody listens on a port of 127.0.0.1.
[[nodiscard]] bool accepts_connections(std::uint16_t port);

class RawPeer {
  public:
    /// Dials "a.b.c.d:port" and opens the protocol. No single wait lasts longer than `patience`.
    RawPeer(const std::string& address, std::chrono::milliseconds patience);
    ~RawPeer();
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    /// False if the node refuses, or is gone. Views in the answer are good until the next call.
    template <typename Request, typename Response>
    [[nodiscard]] bool ask(const Request& request, Response& response) {
        wire::Buffer out;
        wire::Frame frame;
        refusal_.clear();
        if (encode(request, out) != wire::Errc::ok || !exchange(out, frame)) return false;
        if (decode(frame, wire::Limits{}, response) == wire::Errc::ok) return true;
        note_refusal(frame);
        return false;
    }
    /// What the node said where it refused the last request: "code: text".
    [[nodiscard]] const std::string& refusal() const noexcept { return refusal_; }

    [[nodiscard]] bool is_open() const noexcept { return open_; }

  private:
    [[nodiscard]] bool exchange(const wire::Buffer& request, wire::Frame& answer);
    [[nodiscard]] bool write(const wire::Buffer& bytes);
    void note_refusal(const wire::Frame& frame);

    int socket_ = -1;
    bool open_ = false;
    wire::Framer framer_;
    std::string refusal_;
};

}  // namespace dqlite::test
