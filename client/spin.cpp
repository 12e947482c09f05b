#include "client/spin.h"

#include <atomic>
#include <sched.h>

namespace dqlite::client {
namespace {

std::atomic<int> spinning{0};

int seats() noexcept {
    static const int count = [] {
        cpu_set_t usable;
        if (sched_getaffinity(0, sizeof(usable), &usable) != 0) return 0;
        return CPU_COUNT(&usable) / 2;
    }();
    return count;
}

}  // namespace

Spinner::Seat::Seat() noexcept
    : taken_{spinning.fetch_add(1, std::memory_order_relaxed) < seats()} {
    if (!taken_) spinning.fetch_sub(1, std::memory_order_relaxed);
}

Spinner::Seat::~Seat() {
    if (taken_) spinning.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace dqlite::client
