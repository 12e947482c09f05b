#include "client/blocking_rows.h"

namespace dqlite::client {

Result<std::optional<wire::Frame>> BlockingRows::next_frame() {
    if (auto next = next_at_once()) return std::move(*next);
    const SessionHost::Running running{*session()};
    const auto deadline = session()->deadline_after(milliseconds{0});
    wire::Frame frame;
    if (impl_.take_rows(deadline, frame)) return took(frame);
    return took(impl_.drive(impl_.core().next_rows(), deadline));
}

Result<void> BlockingRows::read_out() {
    // Without a session nothing is waited for, but an error may be to be told.
    if (session() == nullptr) {
        auto task = take_in();
        task.start();
        return task.take();
    }
    return impl_.drive(take_in(), session()->deadline_after(milliseconds{0}));
}

void BlockingRows::close() noexcept {
    if (session() == nullptr) {
        forget_rest();
        return;
    }
    if (impl_.core().streaming() && session()->same_process()) {
        const SessionHost::Running running{*session()};
        impl_.drive(impl_.core().drain(), session()->deadline_after(milliseconds{0}));
    }
    detach();
}

}  // namespace dqlite::client
