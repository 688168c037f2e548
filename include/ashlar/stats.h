// Statistics: what a commit wrote, what a store holds, what its handles did. Plain values; bytes
// unless a name says otherwise.
#ifndef ASHLAR_STATS_H_
#define ASHLAR_STATS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ashlar {

// One commit. Chunk bytes are counted once, as batch or as dictionary bytes.
struct WriteStats {
  uint64_t version =
      0;  // the version that the commit made, or the current one when nothing changed
  uint64_t sequence = 0;          // of a small commit; it makes no version
  uint64_t rows = 0;              // rows handed in
  uint64_t logical_bytes = 0;     // canonical bytes of these rows
  uint64_t batch_bytes = 0;       // column chunk bytes written, without dictionaries
  uint64_t dictionary_bytes = 0;  // dictionary values written
  uint64_t key_index_bytes = 0;
  uint64_t deletion_vector_bytes = 0;
  uint64_t metadata_bytes = 0;  // segment headers, zone maps, chunk tables, footers
  uint64_t manifest_bytes = 0;
  uint64_t log_bytes = 0;
  uint64_t segments_written = 0;
  uint64_t segments_skipped = 0;  // known already, not written at all
  uint64_t segments_removed = 0;  // no longer part of the newest version
  uint64_t chunks_written = 0;
  uint64_t chunks_skipped = 0;  // known already, referred to
  [[nodiscard]] uint64_t chunk_bytes() const { return batch_bytes + dictionary_bytes; }
};

struct PinStats {
  uint64_t snapshots = 0;       // snapshots held in this process
  uint64_t views = 0;           // column views that pin a file
  uint64_t bytes = 0;           // stored bytes of the chunks they borrow
  uint64_t oldest_version = 0;  // that snapshots and dataset handles pin; 0 when none
};

// Work done through one open store since it was opened.
struct ReadCounters {
  uint64_t segments_opened = 0;  // footers read and verified
  uint64_t chunks_touched = 0;   // column chunks handed out, in whatever form
  uint64_t chunks_decoded = 0;   // of these, unpacked or decompressed
  uint64_t chunks_packed = 0;    // of these, handed out as packed as they lie
  uint64_t pages_verified = 0;   // 64 KiB pages whose checksum was proven
  uint64_t bytes_borrowed = 0;   // of views handed out zero-copy
  uint64_t bytes_copied = 0;     // that had to be decoded or copied instead
  uint64_t rows_materialized = 0;
};

// The key directories of an open store.
struct KeyDirectoryStats {
  uint64_t bytes = 0;             // of memory, those that old handles still use included
  uint64_t keys = 0;              // rows of covered segments, dead ones included
  uint64_t segments_covered = 0;  // that gets find without searching them
};

struct DatasetStats {
  std::string name;
  uint64_t rows = 0;
  uint64_t segments = 0;
  uint64_t logical_bytes = 0;  // canonical bytes of its rows
  uint64_t live_bytes = 0;     // stored bytes of the segments and chunks it reaches
};

struct StoreStats {
  uint64_t version = 0;
  uint64_t versions_retained = 0;
  uint64_t tags = 0;
  uint64_t segment_files = 0;
  uint64_t segment_file_bytes = 0;
  uint64_t live_file_bytes = 0;    // of files that the newest version reaches
  uint64_t pinned_file_bytes = 0;  // of files that only older versions, tags and snapshots reach
  uint64_t manifest_bytes = 0;
  uint64_t log_file_bytes = 0;  // of commit logs, with what is allocated ahead
  uint64_t other_bytes = 0;     // lock, reserve, pointer files
  uint64_t memory_rows = 0;     // in memory, not flushed yet: versions of rows, and deletes
  uint64_t memory_bytes = 0;
  uint64_t flushes = 0;  // in the background, through this handle
  uint64_t open_microseconds = 0;
  uint64_t commits = 0;  // through this handle
  PinStats pins;
  ReadCounters reads;
  KeyDirectoryStats key_directory;
  std::vector<DatasetStats> datasets;
};

struct VersionInfo {
  uint64_t version = 0;
  std::chrono::system_clock::time_point committed_at;
  uint64_t rows = 0;  // over all datasets
  uint64_t datasets = 0;
  std::vector<std::string> tags;
};

struct SegmentInfo {
  uint64_t id = 0;
  uint64_t rows = 0;
  uint64_t file_bytes = 0;
  uint64_t logical_bytes = 0;
  uint32_t level = 0;
  std::string digest;               // hex
  std::vector<uint64_t> refers_to;  // segments whose files hold some of its chunks
};

}  // namespace ashlar

#endif  // ASHLAR_STATS_H_
