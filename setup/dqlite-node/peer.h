// One blocking conversation with another node, in frames of the wire protocol.
#pragma once

#include <string>

#include "setup/dqlite-node/address.h"
#include "setup/dqlite-node/file_descriptor.h"
#include "setup/dqlite-node/stop_signal.h"
#include "wire/frame.h"
#include "wire/request.h"
#include "wire/response.h"

namespace dqlite::node {

/// Every call gives up when a stop is wished for or the deadline passes. After a failed call
/// error() says why and the conversation is over.
class Peer {
  public:
    Peer(const StopSignal& stop, Clock::time_point deadline) : stop_{stop}, deadline_{deadline} {}

    [[nodiscard]] bool connect(const std::string& address);

    /// Sends a request and reads its answer. A FAILURE is an error of the answering node's words.
    template <typename Request, typename Response>
    [[nodiscard]] bool call(const Request& request, Response& response) {
        wire::Buffer out;
        if (const wire::Errc wrong = encode(request, out); wrong != wire::Errc::ok) {
            return fail(wrong);
        }
        wire::Frame frame;
        if (!send(out) || !receive(frame) || refused(frame)) {
            return false;
        }
        const wire::Errc wrong = decode(frame, limits_, response);
        return wrong == wire::Errc::ok || fail(wrong);
    }

    [[nodiscard]] const std::string& error() const noexcept { return error_; }

  private:
    [[nodiscard]] bool send(wire::Bytes bytes);
    [[nodiscard]] bool receive(wire::Frame& out);
    [[nodiscard]] bool refused(const wire::Frame& frame);
    [[nodiscard]] bool wait(short events);
    bool fail(std::string error);
    bool fail(wire::Errc error) { return fail(std::string{message(error)}); }

    const StopSignal& stop_;
    Clock::time_point deadline_;
    std::string address_;
    FileDescriptor socket_;
    wire::Limits limits_{.max_body = std::size_t{1} << 20U};
    wire::Framer framer_{limits_};
    std::string error_;
};

}  // namespace dqlite::node
