using Plumbline.Randomness;
using static TorchSharp.torch;

namespace Plumbline.Models.Adapters;

/// <summary>
/// Whether adapters drop inputs. While a pass is open, libtorch's default generator starts from the pass's seed (so that a gradient checkpoint, which puts
/// that generator back, draws the same again); afterwards it stands where it stood before.
/// </summary>
internal sealed class TrainingPass
{
    /// <summary>Whether inputs are dropped now.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Opens a pass; dispose the result to close it.</summary>
    internal IDisposable Open(Seed seed)
    {
        if (IsOpen)
        {
            throw new InvalidOperationException("A training pass is open already: dispose it before the next one.");
        }

        return new Opened(this, seed);
    }

    private sealed class Opened : IDisposable
    {
        private readonly TrainingPass pass;
        private readonly Tensor before;

        internal Opened(TrainingPass pass, Seed seed)
        {
            this.pass = pass;
            before = get_rng_state().DetachFromDisposeScope();
            random.manual_seed(unchecked((long)seed.Value));
            pass.IsOpen = true;
        }

        public void Dispose()
        {
            if (pass.IsOpen)
            {
                pass.IsOpen = false;
                set_rng_state(before);
                before.Dispose();
            }
        }
    }
}
