using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Training.Preferences.Unpaired.Losses;

/// <summary>Good answers take one value, bad answers another, each with its weight.</summary>
internal static class DesirableWeights
{
    internal static Tensor Apply(UnpairedLogProbabilities answers, UnpairedLossOptions options, Tensor desirable, Tensor undesirable) =>
        where(answers.IsDesirable, desirable.Times(options.DesirableWeight), undesirable.Times(options.UndesirableWeight));
}
