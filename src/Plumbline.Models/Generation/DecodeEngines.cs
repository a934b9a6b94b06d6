using Plumbline.Configuration;
using Plumbline.Models.Language;
using Plumbline.Torch.Kernels.Decoding;
using static TorchSharp.torch;

namespace Plumbline.Models.Generation;

/// <summary>Chooses the engine that decodes a model.</summary>
public static class DecodeEngines
{
    /// <summary>
    /// An engine for a model: the kernels of <see cref="KernelDecodeEngine"/> on the CPU where they can compute it, with as many threads as libtorch has; else, and
    /// where the log-probabilities must be those of training, libtorch's operators.
    /// </summary>
    /// <param name="decoder">The model; not owned, the caller disposes the engine before it.</param>
    /// <param name="options">Slots, lengths and whether log-probabilities must be those of training.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static IDecodeEngine For(Decoder decoder, DecodeEngineOptions options)
    {
        OptionsValidation.ThrowIfInvalid(options);
        if (options.Exact || decoder.Device.type != TorchSharp.DeviceType.CPU || !KernelDecodeEngine.Supports(decoder.Config, out _))
        {
            return new TorchDecodeEngine(decoder, options);
        }

        var longest = options.CapacityFor(decoder.Config);
        return new KernelDecodeEngine(
            decoder,
            new KernelDecodeOptions
            {
                Slots = options.Slots,
                CacheTokens = (long)options.Slots * PagedCache.PagesFor(longest) * PagedCache.PageTokens,
                SequenceCapacity = longest,
                Weights = options.Weights,
                Threads = get_num_threads(),
            }
        );
    }
}
