using Plumbline.Models.Language;
using static TorchSharp.torch;

namespace Plumbline.Benchmarks;

/// <summary>Keys and values of sequences that grow together, in tensors allocated once: how a cache is usually written on plain TorchSharp.</summary>
internal sealed class StaticCache(DecoderConfig config, long batch, long capacity, ScalarType dtype = ScalarType.Float32)
{
    private readonly (Tensor Keys, Tensor Values)[] layers =
    [
        .. Enumerable
            .Range(0, config.LayerCount)
            .Select(_ =>
                (
                    zeros([batch, config.KeyValueHeadCount, capacity, config.HeadSize], dtype),
                    zeros([batch, config.KeyValueHeadCount, capacity, config.HeadSize], dtype)
                )
            ),
    ];

    /// <summary>Tokens of each sequence.</summary>
    internal long Length { get; private set; }

    /// <summary>Writes the newest tokens' keys and values and returns those of all tokens so far.</summary>
    internal (Tensor Keys, Tensor Values) Store(int layer, Tensor keys, Tensor values)
    {
        var time = keys.shape[2];
        layers[layer].Keys.narrow(2, Length, time).copy_(keys);
        layers[layer].Values.narrow(2, Length, time).copy_(values);
        return (layers[layer].Keys.narrow(2, 0, Length + time), layers[layer].Values.narrow(2, 0, Length + time));
    }

    internal void Advance(long tokens) => Length += tokens;

    /// <summary>Forgets what came after the first tokens.</summary>
    internal void CutTo(long length) => Length = length;
}
