// PageSet: the checksums of a file's pages and which of them were proven.
//
// Owns: verifying pages of the map on first touch. Does not own: the map. Thread-safe: racing
// threads may verify a page twice, and none sees a page before it was verified.
#ifndef ASHLAR_SRC_SEGMENT_PAGE_SET_H_
#define ASHLAR_SRC_SEGMENT_PAGE_SET_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "src/io/file_system.h"
#include "src/segment/read_stats.h"

namespace ashlar::segment {

// What makes a page believed. Without checksums pages are only made resident: whoever reads them
// proves what he reads by chunk digests, which say more (digest_read.h).
enum class PageProof : uint8_t { kChecksums, kNone };

class PageSet {
 public:
  // `body` is the mapped body of `file`, whose pages have the checksums `crcs`.
  PageSet(std::shared_ptr<io::ReadableFile> file, std::string name, std::span<const std::byte> body,
          std::vector<uint32_t> crcs, std::shared_ptr<ReadStats> stats, PageProof proof);

  // Proves the pages of [offset, offset + size), which must lie in the body (checked).
  [[nodiscard]] absl::Status Prove(uint64_t offset, uint64_t size);
  // Proves all pages again; those that are bad or cannot be read are appended and counted as
  // unproven.
  void ProveAll(std::vector<uint64_t>* bad_pages);

 private:
  [[nodiscard]] bool IsProven(uint64_t page) const;
  [[nodiscard]] std::span<const std::byte> PageBytes(uint64_t page) const;
  [[nodiscard]] absl::Status ProvePages(uint64_t first, uint64_t end);

  const std::shared_ptr<io::ReadableFile> file_;
  const std::string name_;
  const std::span<const std::byte> body_;
  const std::vector<uint32_t> crcs_;
  const std::shared_ptr<ReadStats> stats_;
  const PageProof proof_;
  std::vector<std::atomic<uint64_t>> proven_;  // a bit a page
};

}  // namespace ashlar::segment

#endif  // ASHLAR_SRC_SEGMENT_PAGE_SET_H_
