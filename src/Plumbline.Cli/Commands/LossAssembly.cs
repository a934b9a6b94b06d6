using System.CommandLine;
using System.Reflection;
using System.Runtime.Loader;
using Plumbline.Environments;
using Plumbline.Rewards;
using Plumbline.Runs;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Advantages;
using Plumbline.Training.Preferences;
using Plumbline.Training.Preferences.Unpaired;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Process;

namespace Plumbline.Cli.Commands;

/// <summary>A user's assembly with losses of their own: <c>--losses mine.dll</c>. Its code runs in this process, as that of any program the user starts.</summary>
internal static class LossAssembly
{
    private static readonly Dictionary<string, Assembly> Loaded = new(StringComparer.Ordinal);

    /// <summary>The option that names one.</summary>
    internal static Option<string?> Option() =>
        new("--losses")
        {
            Description =
                "A .NET assembly with losses, rewards and environments of your own: public static functions and classes with the attribute of their kind (docs/losses.md, docs/rewards.md, docs/rl.md).",
        };

    /// <summary>Makes its losses known by name. To be called before options are read, which may name them.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <returns>What was read, for the record and for the hash of what is trained with it.</returns>
    /// <exception cref="InvalidInputException">There is no such file, it is no assembly for this version of .NET, or it declares no loss, or one that cannot be.</exception>
    internal static InputFact? Load(string? path)
    {
        if (path is null)
        {
            return null;
        }

        var fact = InputFact.Of(path);
        int declared;
        try
        {
            var assembly = Assembly(Path.GetFullPath(path));
            declared =
                PreferenceLosses.Register(assembly)
                + UnpairedLosses.Register(assembly)
                + RewardLosses.Register(assembly)
                + StepLosses.Register(assembly)
                + PolicyLosses.Register(assembly)
                + AdvantageEstimators.Register(assembly)
                + RewardFunctions.Register(assembly)
                + EnvironmentClasses.Register(assembly);
        }
        catch (Exception failure) when (failure is BadImageFormatException or FileLoadException or ReflectionTypeLoadException)
        {
            throw new InvalidInputException(
                $"This is no assembly whose losses can be used: {failure.Message}",
                "Build a class library for this version of .NET that references this Plumbline.",
                new InputPosition(path)
            );
        }

        return declared > 0
            ? fact
            : throw new InvalidInputException(
                "The assembly declares no loss, no reward and no environment.",
                "Mark a public static function with [PreferenceLoss], [UnpairedLoss], [RewardLoss], [StepLoss], [PolicyLoss] or [Advantage], or a class with [Reward] or [Environment].",
                new InputPosition(path)
            );
    }

    private static Assembly Assembly(string path)
    {
        if (!Loaded.TryGetValue(path, out var assembly))
        {
            Loaded[path] = assembly = new Surroundings(path).LoadFromAssemblyPath(path);
        }

        return assembly;
    }

    // What this program has is shared, or a tensor here would be no tensor there; the rest lies beside the user's file.
    private sealed class Surroundings(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver beside = new(path);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            try
            {
                return Default.LoadFromAssemblyName(assemblyName);
            }
            catch (FileNotFoundException)
            {
                return beside.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
            }
        }
    }
}
