"""Reward functions in the form that each trainer expects, all of them :class:`isovist.Judge` underneath.

=============  =======================================================================
``verl``       ``compute_score`` and ``compute_score_batch`` (verl 0.9)
``easyr1``     ``compute_score`` with ``REWARD_TYPE = "batch"`` (EasyR1)
``swift``      reward plugins for ms-swift 4 (``register``)
``trl``        ``isovist_reward`` and ``reward_function`` for TRL's ``GRPOTrainer``
``openrlhf``   ``reward_func`` for ``--reward.remote_url FILE.py`` (OpenRLHF 0.11)
``verifiers``  environments for Prime Intellect's verifiers 0.4 (``verifiers.v1``)
=============  =======================================================================

The ground truth of a sample is one string, a JSON text as :class:`isovist.Judge` takes it, in the column
``ground_truth``; so one file of rows feeds every trainer. A reply never raises; a ground truth that does not read always
does, because paying nothing for it would teach the wrong thing.

None of these modules imports its trainer, except :mod:`isovist.trainers.verifiers` and
:func:`isovist.trainers.swift.register`. Do not put this folder on
``sys.path``: its files bear the names of the trainers.
"""
