// SegmentDigest(): the name of a segment's content. It covers values only, so neither encodings nor
// the file that holds a chunk change it.
#include "src/base/coding.h"
#include "src/columnar/schema_codec.h"
#include "src/segment/segment_writer.h"

namespace ashlar::segment {
namespace {

constexpr std::string_view kDomain = "ashlar.segment.1";

}  // namespace

base::Digest SegmentDigest(const Schema& schema, uint64_t rows,
                           const std::vector<base::Digest>& chunk_digests) {
  base::ByteWriter encoded;
  columnar::EncodeSchema(schema, encoded);
  base::DigestBuilder digest;
  digest.Update(base::AsBytes(kDomain));
  digest.UpdateU64(encoded.size());
  digest.Update(encoded.bytes());
  digest.UpdateU64(rows);
  for (const base::Digest& chunk : chunk_digests) digest.Update(chunk.bytes);
  return digest.Finish();
}

}  // namespace ashlar::segment
