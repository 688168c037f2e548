// Opening and pinning segment files; see the header.
#include "src/segment/segment_file.h"

#include <algorithm>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/limits.h"
#include "src/base/strings.h"
#include "src/columnar/schema_codec.h"
#include "src/io/file_names.h"
#include "src/segment/format.h"
#include "src/segment/segment_tail.h"

namespace ashlar::segment {
namespace {

// What keeps a view alive and counts it while it lives.
class CountedPin {
 public:
  CountedPin(std::shared_ptr<const void> map, std::shared_ptr<ReadStats> stats, uint64_t bytes)
      : map_(std::move(map)), stats_(std::move(stats)), bytes_(bytes) {
    stats_->pinned_views.fetch_add(1, std::memory_order_relaxed);
    stats_->pinned_bytes.fetch_add(bytes_, std::memory_order_relaxed);
  }
  CountedPin(const CountedPin&) = delete;
  CountedPin& operator=(const CountedPin&) = delete;
  ~CountedPin() {
    stats_->pinned_views.fetch_sub(1, std::memory_order_relaxed);
    stats_->pinned_bytes.fetch_sub(bytes_, std::memory_order_relaxed);
  }

 private:
  const std::shared_ptr<const void> map_;
  const std::shared_ptr<ReadStats> stats_;
  const uint64_t bytes_;
};

absl::Status Mismatch(std::string_view name, std::string_view what, uint64_t offset) {
  return absl::DataLossError(base::StrCat(name, ": ", what, " at offset ", offset));
}

absl::StatusOr<std::vector<std::byte>> ReadRange(io::ReadableFile& file, uint64_t offset,
                                                 uint64_t size) {
  std::vector<std::byte> bytes(size);
  RETURN_IF_ERROR(file.Read(offset, bytes));
  return bytes;
}

// Reads and proves the tail. It is copied before it is judged, so that a file that changes under
// us cannot change what was judged. The version is asked before the digest: a newer file's manifest
// may be right about a tail that this program cannot know.
absl::StatusOr<SegmentTail> ReadTail(io::ReadableFile& file, const FileIdentity& identity,
                                     const std::string& name) {
  const uint64_t size = file.size();
  if (size != identity.bytes) {
    return absl::DataLossError(
        base::StrCat(name, ": the file has ", size, " bytes instead of ", identity.bytes));
  }
  if (size < format::header::kSize + format::footer::kSize) {
    return Mismatch(name, "the file is too short for a segment", size);
  }
  ASSIGN_OR_RETURN(const std::vector<std::byte> end,
                   ReadRange(file, size - format::footer::kSize, format::footer::kSize));
  ASSIGN_OR_RETURN(const SegmentFooter footer, DecodeFooter(end, size, name));
  ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                   ReadRange(file, footer.tail_offset, footer.tail_size()));
  if (base::DigestOf(bytes) != identity.footer_digest) {
    return Mismatch(name, "the tail is not the one that the manifest promises", footer.tail_offset);
  }
  if (!std::equal(end.begin(), end.end(), bytes.end() - format::footer::kSize)) {
    return Mismatch(name, "the footer changed while it was read", size - format::footer::kSize);
  }
  return DecodeTail(footer, bytes, name);
}

absl::Status CheckHeader(io::ReadableFile& file, const FileIdentity& identity,
                         const SegmentTail& tail, const std::string& name) {
  ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadRange(file, 0, format::header::kSize));
  ASSIGN_OR_RETURN(const SegmentHeader header, DecodeHeader(bytes, name));
  if (header.id != identity.id || tail.footer.id != identity.id) {
    return Mismatch(name, base::StrCat("the file is segment ", header.id), 0);
  }
  if (header.rows != tail.footer.rows ||
      header.fingerprint != columnar::SchemaFingerprint(tail.schema)) {
    return Mismatch(name, "header and footer disagree", 0);
  }
  return absl::OkStatus();
}

}  // namespace

struct SegmentFile::State {
  State(const FileIdentity& file_identity, std::string file_name, SegmentTail file_tail,
        std::shared_ptr<io::ReadableFile> opened, PinnedBytes mapped,
        std::shared_ptr<ReadStats> read_stats, PageProof proof)
      : identity(file_identity),
        name(std::move(file_name)),
        tail(std::move(file_tail)),
        file(std::move(opened)),
        map(std::move(mapped)),
        stats(std::move(read_stats)),
        body(map.bytes().first(tail.footer.tail_offset)),
        pages(file, name, body, std::move(tail.page_crcs), stats, proof),
        proofs(tail.table.size()) {}

  const FileIdentity identity;
  const std::string name;
  SegmentTail tail;
  const std::shared_ptr<io::ReadableFile> file;
  const PinnedBytes map;
  const std::shared_ptr<ReadStats> stats;
  const std::span<const std::byte> body;
  PageSet pages;
  std::vector<std::atomic<uint8_t>> proofs;  // of a chunk
  std::atomic<bool> keys_proven{false};
};

SegmentFile::SegmentFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
SegmentFile::~SegmentFile() = default;

absl::StatusOr<std::shared_ptr<SegmentFile>> SegmentFile::Open(io::FileSystem& files,
                                                               const FileIdentity& identity,
                                                               std::shared_ptr<ReadStats> stats,
                                                               PageProof proof) {
  ASHLAR_CHECK(stats != nullptr);
  if (identity.id > io::kMaxFileNumber) {
    return absl::InvalidArgumentError(base::StrCat("segment id ", identity.id, " is too large"));
  }
  std::string name = io::SegmentName(identity.id);
  ASSIGN_OR_RETURN(std::shared_ptr<io::ReadableFile> file, files.OpenForRead(name));
  ASSIGN_OR_RETURN(SegmentTail tail, ReadTail(*file, identity, name));
  RETURN_IF_ERROR(CheckHeader(*file, identity, tail, name));
  ASSIGN_OR_RETURN(PinnedBytes map, file->Map());
  if (map.size() != identity.bytes) {
    return Mismatch(name, "the file changed its size while it was opened", map.size());
  }
  stats->segments_opened.fetch_add(1, std::memory_order_relaxed);
  auto state = std::make_unique<State>(identity, std::move(name), std::move(tail), std::move(file),
                                       std::move(map), std::move(stats), proof);
  return std::shared_ptr<SegmentFile>(new SegmentFile(std::move(state)));
}

const FileIdentity& SegmentFile::identity() const { return state_->identity; }
const std::string& SegmentFile::name() const { return state_->name; }
uint64_t SegmentFile::rows() const { return state_->tail.footer.rows; }
const base::Digest& SegmentFile::digest() const { return state_->tail.footer.digest; }
const Schema& SegmentFile::schema() const { return state_->tail.schema; }
const ChunkTable& SegmentFile::chunks() const { return state_->tail.table; }
const KeyTable& SegmentFile::keys() const { return state_->tail.keys; }
std::span<const std::byte> SegmentFile::body() const { return state_->body; }
ReadStats& SegmentFile::stats() const { return *state_->stats; }

absl::StatusOr<PinnedBytes> SegmentFile::Pin(uint64_t offset, uint64_t size) {
  if (offset > state_->body.size() || size > state_->body.size() - offset) {
    return absl::OutOfRangeError(base::StrCat(state_->name, ": no body at offset ", offset));
  }
  RETURN_IF_ERROR(Prove(offset, size));
  return PinnedBytes(MakePin(size), state_->body.subspan(offset, size));
}

absl::Status SegmentFile::Prove(uint64_t offset, uint64_t size) {
  return state_->pages.Prove(offset, size);
}

absl::Status SegmentFile::Populate(uint64_t offset, uint64_t size) {
  return state_->file->Populate(offset, size);
}

absl::Status SegmentFile::VerifyPages(std::vector<uint64_t>* bad_pages) {
  state_->pages.ProveAll(bad_pages);
  return absl::OkStatus();
}

std::shared_ptr<const void> SegmentFile::MakePin(uint64_t bytes) const {
  return std::make_shared<const CountedPin>(state_->map.owner(), state_->stats, bytes);
}

bool SegmentFile::IsProven(uint32_t ordinal, Proof proof) const {
  ASHLAR_CHECK(ordinal < state_->proofs.size());
  return (state_->proofs[ordinal].load(std::memory_order_acquire) & static_cast<uint8_t>(proof)) !=
         0;
}

void SegmentFile::SetProven(uint32_t ordinal, Proof proof) {
  ASHLAR_CHECK(ordinal < state_->proofs.size());
  state_->proofs[ordinal].fetch_or(static_cast<uint8_t>(proof), std::memory_order_release);
}

bool SegmentFile::AreKeysProven() const {
  return state_->keys_proven.load(std::memory_order_acquire);
}

void SegmentFile::SetKeysProven() { state_->keys_proven.store(true, std::memory_order_release); }

}  // namespace ashlar::segment
