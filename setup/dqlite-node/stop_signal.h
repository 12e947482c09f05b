// The wish to stop as descriptors, so that everything the program waits for can wait for it too.
#pragma once

#include <chrono>

#include "setup/dqlite-node/file_descriptor.h"

namespace dqlite::node {

using Clock = std::chrono::steady_clock;

class StopSignal {
  public:
    /// Blocks SIGTERM, SIGINT and SIGHUP for this and all later threads and ignores SIGPIPE, which
    /// libdqlite would die of. `die_with_parent` makes the end of the parent process a signal too.
    explicit StopSignal(bool die_with_parent);

    enum class Wake { stop, ready, timeout };
    /// Waits until a stop is wished for, until `fd` has one of `events`, or until the deadline.
    [[nodiscard]] Wake wait(int fd, short events, Clock::time_point deadline) const;
    [[nodiscard]] Wake wait_until(Clock::time_point deadline) const;
    void wait() const;

  private:
    FileDescriptor signals_;
    FileDescriptor parent_;
};

}  // namespace dqlite::node
