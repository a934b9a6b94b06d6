using System.Globalization;
using System.Security.Cryptography;
using Plumbline.Tokenization.SentencePiece;

namespace Plumbline.Moderation.Onnx;

/// <summary>A model file that was read and looked through before a runtime sees it.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Hash">The SHA-256 of the file, and of the files its weights lie in where there are such, in hexadecimal digits.</param>
/// <param name="External">The files beside it that hold weights; empty where all are inside.</param>
internal sealed record OnnxModelFile(string Path, byte[] Content, string Hash, IReadOnlyList<string> External)
{
    /// <summary>The most bytes that a model file may have; larger models keep their weights in files beside it.</summary>
    public const long MaximumBytes = 1L << 30;

    /// <summary>The most bytes that all files beside it may have.</summary>
    public const long MaximumExternalBytes = 16L << 30;

    private const string Mend = "Export the model again.";

    /// <summary>Reads a model file.</summary>
    /// <exception cref="InvalidInputException">It is missing, too large, no ONNX model, or points out of its folder.</exception>
    public static OnnxModelFile Read(string path)
    {
        var content = BoundedFile.Read(path, MaximumBytes, "the model's file");
        var locations = ExternalData.Locations(content, path);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var external = locations.Select(location => Resolve(folder, location, path)).ToList();
        var total = external.Sum(file => new FileInfo(file).Length);
        if (total > MaximumExternalBytes)
        {
            throw new InvalidInputException(
                $"The files of weights have {total} bytes together; at most {MaximumExternalBytes} are read.",
                "Use a smaller model.",
                new InputPosition(path)
            );
        }

        var hash = SHA256.HashData(content);
        if (external.Count > 0)
        {
            // Weights decide as much as the graph does: one without the other would not tell two models apart.
            using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            all.AppendData(hash);
            foreach (var file in external)
            {
                using var stream = File.OpenRead(file);
                all.AppendData(SHA256.HashData(stream));
            }

            hash = all.GetHashAndReset();
        }

        return new OnnxModelFile(path, content, Convert.ToHexStringLower(hash), external);
    }

    private static string Resolve(string folder, string location, string path)
    {
        var unsafeLocation = location.Length is 0 or > 255 || location.IndexOfAny(['/', '\\', ':', '\0']) >= 0 || location is "." or "..";
        var file = unsafeLocation ? folder : System.IO.Path.Combine(folder, location);
        if (unsafeLocation || !File.Exists(file) || new FileInfo(file).LinkTarget is not null)
        {
            var shown = location.Length <= 80 ? location : location[..80];
            throw new InvalidInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The model's weights are said to lie in '{shown}', which is no plain file in the model's folder."
                ),
                "Put the file beside the model, or export the model with its weights inside.",
                new InputPosition(path)
            );
        }

        return file;
    }

    /// <summary>Finds, in a model's wire format, the files that its tensors point to.</summary>
    private static class ExternalData
    {
        private const int MaximumDepth = 32;
        private const int MaximumFiles = 1024;

        /// <summary>What onnx.proto's messages hold that can hold a tensor: field numbers, each with the kind of message behind it.</summary>
        private static readonly Dictionary<Kind, Dictionary<int, Kind>> Inner = new()
        {
            [Kind.Model] = new()
            {
                [7] = Kind.Graph,
                [20] = Kind.Training,
                [25] = Kind.Function,
            },
            [Kind.Training] = new() { [1] = Kind.Graph, [2] = Kind.Graph },
            [Kind.Function] = new() { [7] = Kind.Node, [11] = Kind.Attribute },
            [Kind.Graph] = new()
            {
                [1] = Kind.Node,
                [5] = Kind.Tensor,
                [15] = Kind.SparseTensor,
            },
            [Kind.Node] = new() { [5] = Kind.Attribute },
            [Kind.Attribute] = new()
            {
                [5] = Kind.Tensor,
                [6] = Kind.Graph,
                [10] = Kind.Tensor,
                [11] = Kind.Graph,
                [22] = Kind.SparseTensor,
                [23] = Kind.SparseTensor,
            },
            [Kind.SparseTensor] = new() { [1] = Kind.Tensor, [2] = Kind.Tensor },
            [Kind.Tensor] = new() { [13] = Kind.Entry },
        };

        private enum Kind
        {
            Model,
            Training,
            Function,
            Graph,
            Node,
            Attribute,
            SparseTensor,
            Tensor,
            Entry,
        }

        public static SortedSet<string> Locations(byte[] content, string path)
        {
            var found = new SortedSet<string>(StringComparer.Ordinal);
            var graphs = 0;
            var model = new ProtobufReader(content, path, kind: "an ONNX model");
            Walk(ref model, Kind.Model, 0, found, path, ref graphs);
            return graphs > 0
                ? found
                : throw new InvalidInputException("Not an ONNX model: there is no graph in it.", Mend, new InputPosition(path));
        }

        private static void Walk(ref ProtobufReader message, Kind kind, int depth, SortedSet<string> found, string path, ref int graphs)
        {
            if (depth > MaximumDepth || found.Count > MaximumFiles)
            {
                throw new InvalidInputException(
                    $"The model nests deeper than {MaximumDepth} levels or has its weights in more than {MaximumFiles} files.",
                    Mend,
                    new InputPosition(path)
                );
            }

            graphs += kind == Kind.Graph ? 1 : 0;
            while (message.MoveNext())
            {
                if (!Inner[kind].TryGetValue(message.Field, out var inner))
                {
                    message.Skip();
                    continue;
                }

                var below = message.ReadMessage();
                if (inner == Kind.Entry)
                {
                    AddLocation(ref below, found);
                }
                else
                {
                    Walk(ref below, inner, depth + 1, found, path, ref graphs);
                }
            }
        }

        private static void AddLocation(ref ProtobufReader entry, SortedSet<string> found)
        {
            var (key, value) = (string.Empty, string.Empty);
            while (entry.MoveNext())
            {
                switch (entry.Field)
                {
                    case 1:
                        key = entry.ReadText();
                        break;
                    case 2:
                        value = entry.ReadText();
                        break;
                    default:
                        entry.Skip();
                        break;
                }
            }

            if (key == "location")
            {
                found.Add(value);
            }
        }
    }
}
