// The producer. Its release callbacks do what the specification wants and count.
#include "tests/columnar/arrow_producer.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"

namespace ashlar::columnar {
namespace {

int live_structs = 0;

template <typename Struct>
struct Holder {
  std::string format;
  std::string name;
  std::vector<std::unique_ptr<char[]>> blocks;
  std::vector<const void*> buffers;
  std::vector<Struct> children;
  std::vector<Struct*> child_pointers;
  Struct dictionary = {};
};

template <typename Struct>
void Release(Struct* released) {
  ASHLAR_CHECK(released->release != nullptr);
  auto* holder = static_cast<Holder<Struct>*>(released->private_data);
  for (Struct& child : holder->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (holder->dictionary.release != nullptr) holder->dictionary.release(&holder->dictionary);
  delete holder;
  released->release = nullptr;
  --live_structs;
}

template <typename Struct, typename Produce>
Holder<Struct>* Start(const Foreign& node, const Produce& produce, Struct* out) {
  auto* holder = new Holder<Struct>;
  holder->format = node.format;
  holder->name = node.name;
  holder->children.resize(node.children.size());
  for (size_t i = 0; i < node.children.size(); ++i) {
    produce(node.children[i], &holder->children[i]);
    holder->child_pointers.push_back(&holder->children[i]);
  }
  *out = {};
  out->n_children = static_cast<int64_t>(node.children.size());
  out->children = holder->child_pointers.data();
  if (!node.dictionary.empty()) {
    produce(node.dictionary[0], &holder->dictionary);
    out->dictionary = &holder->dictionary;
  }
  out->release = &Release<Struct>;
  out->private_data = holder;
  ++live_structs;
  return holder;
}

struct StreamState {
  std::vector<Foreign> batches;
  ForeignStreamOptions options;
  size_t next = 0;
};

StreamState* StateOf(ArrowArrayStream* stream) {
  return static_cast<StreamState*>(stream->private_data);
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  const StreamState& state = *StateOf(stream);
  if (state.options.schema_error != 0) return state.options.schema_error;
  ProduceSchema(state.batches.at(0), out);
  return 0;
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  StreamState& state = *StateOf(stream);
  out->release = nullptr;
  if (state.next == state.batches.size()) return state.options.next_error;
  ProduceArray(state.batches[state.next++], out);
  return 0;
}

const char* GetLastError(ArrowArrayStream* stream) {
  return StateOf(stream)->options.error_text.c_str();
}

void ReleaseStream(ArrowArrayStream* stream) {
  delete StateOf(stream);
  stream->release = nullptr;
  --live_structs;
}

}  // namespace

int LiveStructs() { return live_structs; }

void ProduceSchema(const Foreign& node, ArrowSchema* out) {
  const auto* holder = Start<ArrowSchema>(node, ProduceSchema, out);
  out->format = holder->format.c_str();
  out->name = holder->name.c_str();
  out->flags = node.flags;
}

void ProduceArray(const Foreign& node, ArrowArray* out) {
  auto* holder = Start<ArrowArray>(node, ProduceArray, out);
  for (const Buffer& buffer : node.buffers) {
    const void* address = nullptr;
    if (buffer.has_value()) {
      auto block = std::make_unique<char[]>(buffer->size() + 1);
      std::memcpy(block.get() + 1, buffer->data(), buffer->size());
      address = block.get() + 1;
      holder->blocks.push_back(std::move(block));
    }
    holder->buffers.push_back(address);
  }
  out->length = node.length;
  out->null_count = node.null_count;
  out->offset = node.offset;
  out->n_buffers = static_cast<int64_t>(node.buffers.size());
  out->buffers = holder->buffers.data();
}

Foreign BatchOf(std::vector<Foreign> columns) {
  Foreign batch{.format = "+s", .buffers = {std::nullopt}, .name = "", .flags = 0};
  batch.length = columns.empty() ? 0 : columns[0].length;
  batch.children = std::move(columns);
  return batch;
}

ArrowArrayStream ProduceStream(std::vector<Foreign> batches, const ForeignStreamOptions& options) {
  ++live_structs;
  return {&GetSchema, &GetNext, &GetLastError, &ReleaseStream,
          new StreamState{std::move(batches), options}};
}

absl::StatusOr<Column> ImportOne(const Foreign& column) {
  ArrowArrayStream stream = ProduceStream({BatchOf({column})});
  ASSIGN_OR_RETURN(const std::unique_ptr<BatchReader> reader, ImportArrowStream(&stream));
  RecordBatch batch;
  ASSIGN_OR_RETURN(const bool more, reader->Next(&batch));
  ASHLAR_CHECK(more);
  return batch.column(0);
}

}  // namespace ashlar::columnar
