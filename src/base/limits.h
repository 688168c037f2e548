// The limits of the engine, by name.
//
// Owns: every number that is a promise of the format or of the interface. Not: tuning defaults,
// which are options. They stand together so that the check before an allocation and the message to
// the user can never disagree.
#ifndef ASHLAR_SRC_BASE_LIMITS_H_
#define ASHLAR_SRC_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace ashlar::base {

// Names of datasets, fields and tags.
inline constexpr size_t kMaxNameBytes = 255;
inline constexpr uint32_t kMaxColumns = 65535;
inline constexpr uint32_t kMaxNestingDepth = 64;

// Fields of a key, and bytes of one once encoded.
inline constexpr size_t kMaxKeyParts = 16;
inline constexpr size_t kMaxKeyBytes = 65536;

// Of expressions, whether built in C++ or parsed. A part that is used twice counts twice.
inline constexpr uint32_t kMaxExpressionDepth = 256;
inline constexpr uint32_t kMaxExpressionNodes = uint32_t{1} << 18;

// Fields of a key, and fields that partition a dataset.
inline constexpr size_t kMaxKeyFields = 16;
// Of an encoded key that bounds a segment's keys; longer ones are cut.
inline constexpr size_t kMaxKeyBoundBytes = 64;

// Row numbers within a segment are 32 bits wide.
inline constexpr uint64_t kMaxSegmentRows = UINT32_MAX;
inline constexpr uint64_t kMaxSegmentBytes = uint64_t{1} << 40;
// Arrow's offsets are 32 bits wide and signed.
inline constexpr uint64_t kMaxBufferBytes = INT32_MAX;

// Rows of one commit that passes through the commit log, in all its batches. What only a row count
// stands behind, such as rows that are all null, takes memory in proportion to it.
inline constexpr int64_t kMaxCommitRows = int64_t{1} << 20;

// Rows that share one entry of a zone map.
inline constexpr uint32_t kZoneRows = 1024;
// Bytes that share one checksum.
inline constexpr uint32_t kPageBytes = 65536;
// Every Arrow buffer starts at a multiple of this, in files and in memory.
inline constexpr size_t kBufferAlignment = 64;

}  // namespace ashlar::base

#endif  // ASHLAR_SRC_BASE_LIMITS_H_
