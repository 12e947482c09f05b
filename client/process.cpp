#include "client/process.h"

#include <atomic>
#include <sys/mman.h>
#include <unistd.h>

namespace dqlite::client {
namespace {

constexpr std::size_t page_size = 4096;

/// A page of its own, which the kernel clears in every child, however that was made.
struct alignas(page_size) Page {
    std::atomic<pid_t> id{0};
};
Page page;

}  // namespace

pid_t this_process() noexcept {
    // Refused where pages are larger, or the system is old.
    static const bool wiped_on_fork = ::madvise(&page, page_size, MADV_WIPEONFORK) == 0;
    if (!wiped_on_fork) return ::getpid();
    pid_t id = page.id.load(std::memory_order_relaxed);
    if (id == 0) {
        id = ::getpid();
        page.id.store(id, std::memory_order_relaxed);
    }
    return id;
}

}  // namespace dqlite::client
