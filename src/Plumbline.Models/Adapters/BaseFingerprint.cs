using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Models.HuggingFace;
using static TorchSharp.torch;
using Decoder = Plumbline.Models.Language.Decoder;

namespace Plumbline.Models.Adapters;

/// <summary>
/// What an adapter remembers its base by: SHA-256 over the names, shapes and float32 values of the base's tensors, as its Hugging Face files have them, in the
/// order of their names. An output matrix of its own (<c>lm_head</c>) does not count, so that a language model and a scored decoder of the same weights are one
/// base. The dtype on disk does not count, nor do shards: bf16 weights widen to float32 without loss, so a base saved anew is the same base.
/// </summary>
public static class BaseFingerprint
{
    // A span has no more than 2 GiB: so many values at a time.
    private const int Step = 1 << 22;

    /// <summary>The hash of a decoder's base, as 64 lower-case hexadecimal digits; adapters do not count. Reads every weight once.</summary>
    /// <remarks>Of a decoder in four bits it is the hash of the weights before: an adapter made on the one fits the other.</remarks>
    public static string Of(Decoder decoder)
    {
        if (decoder.HashBeforeQuantization is { } known)
        {
            return known;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var head = Architectures.Architecture.Of(decoder.Config.ModelType).Names.Head + ".weight";
        foreach (
            var (name, tensor) in ModelFolder
                .Named(decoder)
                .Where(pair => pair.Name != head)
                .OrderBy(pair => pair.Name, StringComparer.Ordinal)
        )
        {
            Append(hash, name, tensor);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// The hash of everything that decides what a model says: its base, an output matrix of its own, and the active adapters with their scaling and shares.
    /// Reads every weight once.
    /// </summary>
    public static string OfModel(Decoder decoder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        hash.AppendData(Encoding.UTF8.GetBytes(Of(decoder)));
        if (!decoder.Config.TieWordEmbeddings)
        {
            Append(hash, decoder.Head.Name, decoder.Head.Value);
        }

        foreach (var (adapter, share) in decoder.Adapters.Active)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{share} {adapter.Options}\0")));
            foreach (var parameter in adapter.Parameters)
            {
                Append(hash, parameter.Name, parameter.Value);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var shape = string.Join(',', tensor.shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{shape}\0"));
        var values = tensor.to(ScalarType.Float32).cpu().contiguous().view(-1);
        for (var start = 0L; start < values.shape[0]; start += Step)
        {
            using var piece = values.narrow(0, start, Math.Min(Step, values.shape[0] - start));
            hash.AppendData(piece.bytes);
        }
    }
}
