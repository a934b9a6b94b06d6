using System.CommandLine;
using Plumbline.Cli.Commands.Constitutions;
using Plumbline.Cli.Commands.Guards;
using Plumbline.Cli.Commands.Ledgers;
using Plumbline.Cli.Commands.Studios;
using Plumbline.Feedback.Judging;
using Plumbline.Scoring;
using Plumbline.Torch.Dispatch;
using Plumbline.Training.Loop;

namespace Plumbline.Cli.Commands;

/// <summary>The command line: its commands, and what its failures look like.</summary>
internal static class PlumbCommandLine
{
    /// <summary>Runs a command line; returns its exit code.</summary>
    internal static int Run(string[] arguments, CommandEnvironment environment)
    {
        var root = new RootCommand("Plumbline: builds, aligns, guards and evaluates models, and says how it knows.")
        {
            DemoCommand.Create(environment),
            AlignCommand.Create(environment),
            PreferCommand.Create(environment),
            RewardCommand.Create(environment),
            RlCommand.Create(environment),
            GenerateCommand.Create(environment),
            ChatCommand.Create(environment),
            ConstitutionCommand.Create(environment),
            GuardCommand.Create(environment),
            StudioCommand.Create(environment),
            LedgerCommand.Create(environment),
            LossesCommand.Create(environment),
            DoctorCommand.Create(environment),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                environment.Error.WriteLine(error.Message);
            }

            environment.Error.WriteLine("See 'plumb --help'.");
            return ExitCode.BadInput;
        }

        try
        {
            return parsed.Invoke(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    Output = environment.Output,
                    Error = environment.Error,
                }
            );
        }
        catch (InvalidInputException failure)
        {
            environment.Error.WriteLine(failure.Message);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            environment.Error.WriteLine(
                $"Stopped. What was done is kept; the same command goes on from there: plumb {string.Join(' ', arguments)}"
            );
            return ExitCode.Failed;
        }
        catch (Exception failure) when (SaysWhatHappened(failure))
        {
            environment.Error.WriteLine(failure.Message);
            return ExitCode.Failed;
        }
    }

    // Failures of the world outside whose messages are for users.
    private static bool SaysWhatHappened(Exception failure) =>
        failure is TrainingDivergedException or NativeOperatorException or ModelFailureException or JudgeStoppedException or IOException;
}
